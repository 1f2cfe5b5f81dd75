using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Ranks that differ by layer, under the number of parameters of the best uniform rank.</summary>
internal static class LayerCandidates
{
    /// <summary>By the effective rank of each layer's trained B·A.</summary>
    public const string Effective = "effective";

    /// <summary>By the layers' importance, as <c>floe allocate</c> shares them out.</summary>
    public const string Importance = "importance";

    /// <summary>The candidates. Errors: no trial with effective ranks; those of <see cref="Allocation"/>.</summary>
    /// <param name="uniform">The answer of the study as a plan.</param>
    /// <param name="shape">The decoder.</param>
    /// <param name="study">The study, whose trial of the largest rank says how many directions each layer uses.</param>
    /// <param name="records">Its trials as the store holds them.</param>
    /// <param name="importance">s_k of every layer; none leaves that candidate out.</param>
    public static Either<FloeError, Arr<(string Name, AdapterPlan Plan)>> Of(
        AdapterPlan uniform, ModelShape shape, RankStudy study, IReadOnlyList<TrialRecord> records, Option<Arr<double>> importance) =>
        from effective in Used(study, records, shape.Layers)
        from parameters in AdapterParameters.Count(uniform, shape)
        from plans in new[] { (Effective, Some(effective)), (Importance, importance) }
            .SelectMany(c => c.Item2.AsEnumerable().Select(weights => (Name: c.Item1, Weights: weights)))
            .Each(c => Allocated(uniform, shape, c.Weights, parameters).Map(plan => (c.Name, plan)))
        select toArray(plans);

    private static Either<FloeError, AdapterPlan> Allocated(AdapterPlan uniform, ModelShape shape, Arr<double> weights, long parameters)
    {
        (int rank, int experts) = (uniform.Layers[0].Rank, uniform.Layers[0].Experts);
        long most = uniform.Modules.AsEnumerable().Min(module => Math.Min(module.Input(shape), module.Output(shape)));
        return Allocation.Run(
            uniform, shape, uniform.Layers.Map(l => l.Layer), weights.ToArray(), new AllocationLimits(
                1, (int)Math.Min(most, 2L * rank), experts, experts), parameters);
    }

    // The mean over seeds, of the trial that leaves the directions most room. A layer without an adapter uses none.
    private static Either<FloeError, Arr<double>> Used(RankStudy study, IReadOnlyList<TrialRecord> records, int layers)
    {
        double[][] seeds =
        [
            .. (from trial in study.Trials
                from point in trial.Point.AsEnumerable()
                let record = records.First(r => r.Id == trial.Id)
                let told = record.Told.Where(t => t.Key.Key.StartsWith(RankTrials.Effective, StringComparison.Ordinal))
                    .Select(t => t.Value)
                    .ToArray()
                where told.Length > 0
                orderby record.Parameters[TrialSetting.Rank].Stored descending
                select told).Take(1).SelectMany(told => told).Select(json => Read(json, layers)),
        ];
        return seeds.Length == 0
            ? new FloeError.BadData("study", "a trained adapter's effective ranks", "none", "Train the study with this version first.")
            : toArray(Enumerable.Range(0, layers).Select(layer => seeds.Average(seed => seed[layer])));
    }

    private static double[] Read(string json, int layers)
    {
        double[] used = new double[layers];
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement pair in document.RootElement.EnumerateArray())
        {
            used[pair[0].GetInt32()] = pair[1].GetDouble();
        }

        return used;
    }
}
