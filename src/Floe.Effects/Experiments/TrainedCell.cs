using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Experiments;

/// <summary>A part of a plan's data that cells are measured on.</summary>
/// <param name="Word">Its name.</param>
/// <param name="Folder">Where its cells lie inside the experiment's folder, with a manifest of their own.</param>
/// <param name="Of">The part of a plan.</param>
internal sealed record MeasuredPart(string Word, string Folder, Func<RunPlan, Arr<DataPart>> Of)
{
    /// <summary>What results are of.</summary>
    public static MeasuredPart HeldOut { get; } = new("heldout", "cells", plan => plan.HeldOut);

    /// <summary>What a learning rate is chosen on.</summary>
    public static MeasuredPart Validation { get; } = new("validation", "rates", plan => plan.Probe);
}

/// <summary>A set of layers as it is trained.</summary>
/// <param name="Layers">The set, ascending.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Rank">Rank of its adapter.</param>
/// <param name="Steps">Steps of its training; none for what the plan says.</param>
internal sealed record LayerSet(Arr<int> Layers, double Rate, int Rank, Option<int> Steps)
{
    /// <summary>Its trainings by some seeds.</summary>
    /// <param name="seeds">The seeds.</param>
    public Arr<TrainedCell> By(Arr<int> seeds) => seeds.Map(seed => new TrainedCell(this, seed));
}

/// <summary>A set that is trained by one seed and measured, once, whichever policies chose it.</summary>
/// <param name="Set">The set.</param>
/// <param name="Seed">Seed of its training.</param>
internal sealed record TrainedCell(LayerSet Set, int Seed)
{
    /// <summary>Its name: how many layers, the seed, and the start of a hash over everything.</summary>
    public string Key => $"n{Set.Layers.Count}-s{Seed}-{Fingerprint.Of(("set", Set), ("seed", Seed)).Sha256[..12]}";

    /// <summary>Where its losses lie, inside the folder of the part that they are of.</summary>
    public string Losses => $"{Key}/{RunFolder.Evaluation}";

    /// <summary>The file of its losses.</summary>
    /// <param name="folder">The experiment's folder.</param>
    /// <param name="part">The part that they are of.</param>
    public string File(string folder, MeasuredPart part) => Path.Combine(folder, part.Folder, Losses);

    /// <summary>The name of the stage that trains it and measures a part.</summary>
    /// <param name="part">The part.</param>
    public string Stage(MeasuredPart part) => $"{part.Word} {Key}";
}

/// <summary>The stage that trains and measures a cell. Its adapter is not kept: a few hundred of them would fill a disk.</summary>
internal static class CellStage
{
    /// <summary>The stage: model, training samples and samples to measure → losses.</summary>
    /// <param name="plan">The plan of the data set.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="part">What is measured.</param>
    public static Stage Of(RunPlan plan, TrainedCell cell, MeasuredPart part)
    {
        Arr<DataPart> measured = part.Of(plan);
        TrainingSettings training = plan.Training with
        {
            Options = plan.Training.Options with { Seed = cell.Seed, LearningRate = cell.Set.Rate,
                Steps = cell.Set.Steps | plan.Training.Options.Steps },
        };
        AdapterSettings adapter = plan.Adapter with { Rank = cell.Set.Rank };
        return new(
            cell.Stage(part),
            $"trains {cell.Set.Layers.Count} layers by seed {cell.Seed} and measures them",
            StageInput.Model(plan) + StageInput.Data("train", plan.Train) + StageInput.Data(part.Word, measured),
            Array(cell.Losses),
            Fingerprint.Of(
                ("layers", cell.Set.Layers), ("adapter", adapter), ("training", training.Options), (
                    "train", DataPart.Rows(plan.Train)), ("rows", DataPart.Rows(measured)),
                ("length", plan.Length), ("dtype", plan.Weights)),
            context => context.Models.With(plan.Weights, model =>
            {
                string scratch = context.At($"{cell.Key}/{RunFolder.Adapter}");
                return
                    from samples in PlanData.Tokens(plan, plan.Train, model)
                    from done in AdaptStage.Run(
                        model,
                        adapter.On(cell.Set.Layers),
                        [.. samples],
                        training,
                        new AdaptFiles(scratch, context.At($"{cell.Key}/{RunFolder.Journal}"), context.Warn),
                        context.Named(cell.Key),
                        context.Stop)
                    from written in done.Finished ? Measure(plan, measured, model, scratch, context.At(cell.Losses), context) : unit
                    select new StageOutcome(done.Tokens);
            }));
    }

    private static Either<FloeError, Unit> Measure(
        RunPlan plan, Arr<DataPart> measured, Models.OpenedModel model, string adapter, string output, StageContext context) =>
        from texts in PlanData.Texts(measured)
        from result in OpenedAdapter.With(Some(adapter), model, adapters =>
            EvaluateStage.Run(model, adapters, texts, plan.Length, 0, 0, plan.Evaluation.Rule, context.Report))
        from written in EvaluationFile.Write(output, result)
        from removed in FileErrors.Try(adapter, "remove the cell's adapter", () =>
        {
            Directory.Delete(adapter, recursive: true);
            return unit;
        })
        select removed;
}
