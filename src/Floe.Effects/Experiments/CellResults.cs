using Floe.Domain;
using Floe.Domain.Experiments;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Experiments;

/// <summary>From finished cells to the evidence of one number of layers.</summary>
internal static class CellResults
{
    /// <summary>Reads the cells' losses and compares. Errors: a file of losses; those of <see cref="SelectionEvidence"/>.</summary>
    /// <param name="folder">The experiment's folder.</param>
    /// <param name="request">What was compared.</param>
    /// <param name="number">The sets.</param>
    /// <param name="manifest">What the stages took.</param>
    public static Either<FloeError, CellEvidence> Of(string folder, ExperimentRequest request, NumberSets number, RunManifest manifest)
    {
        return
            from untrained in EvaluationFile.Read(Path.Combine(folder, RunFolder.BaseEvaluation))
            from policies in number.Policies.AsEnumerable().Each(p => Trained(p.Set).Map(set => (p.Policy, set)))
            from random in number.Random.AsEnumerable().Each(Trained)
            from all in Trained(number.All)
            from evidence in SelectionEvidence.Of(policies, random, all, [.. untrained.SampleLosses], (ulong)request.Plan.Seed)
            from rows in number.Sets.SelectMany(set => set.By(request.Seeds)).Each(Row)
            select new CellEvidence(
                number.Number, evidence, toArray(random.Select(set => set.Loss)), all.Loss, untrained.SampleLosses.AsEnumerable()
                    .Average(), toArray(rows));

        Either<FloeError, Arr<double>> Losses(TrainedCell cell) =>
            EvaluationFile.Read(cell.File(folder, MeasuredPart.HeldOut)).Map(found => found.SampleLosses);

        Either<FloeError, TrainedSet> Trained(LayerSet set) =>
            set.By(request.Seeds)
                .AsEnumerable()
                .Each(Losses)
                .Map(rows => new TrainedSet(set.Layers, [.. rows.Select(row => row.ToArray())]));

        Either<FloeError, TrainedRow> Row(TrainedCell cell) =>
            from losses in Losses(cell)
            from record in manifest.Find(cell.Stage(MeasuredPart.HeldOut)).ToEither<FloeError>(
                new FloeError.BadData(
                    Path.Combine(
                        folder, MeasuredPart.HeldOut.Folder), $"a record of the stage {cell.Stage(MeasuredPart.HeldOut)}", "none",
                            "Run the experiment again."))
            select new TrainedRow(
                number.Number, number.Names(cell.Set), string.Join(
                    ' ', cell.Set.Layers.AsEnumerable()), cell.Seed, cell.Set.Rate, cell.Set.Rank, record.Seconds,
                record.PeakBytes, losses);
    }
}
