using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Reports;
using Floe.Effects.Files;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>The policies of a run and what each says of the layers.</summary>
internal static class ReportedPolicies
{
    private static readonly (string Column, string Name, string Meaning)[] Known =
    [
        ("weight_norm", "Weight norm", "Frobenius norm of all of the layer's weights."),
        ("gradient", "Gradient norm", "Frobenius norm of the mean gradient over the adapted weights."),
        ("snr", "Gradient signal to noise", "Squared norm of the mean gradient over the mean squared norm of a sample's gradient."),
        ("page", "PAGE", "Mean squared gradient of a fresh adapter's B over the samples."),
        ("cka", "1 − CKA", "1 − linear CKA of the hidden state before and after the layer."),
        ("activation", "Activation", "Mean norm of what the layer adds to the residual stream."),
    ];

    /// <summary>
    /// One column a policy, in the plan's order, then those found beside them; where a run has no policies of its own, the selection's. A
    /// policy without scores (<c>random</c>, <c>first</c>, <c>all</c>, …) has ranks only.
    /// </summary>
    public static Either<FloeError, Arr<PolicyColumn>> Read(string folder, Option<RunPlan> plan, Option<LayerStatistics> statistics) =>
        from files in Files(folder, plan)
        from layers in files.Each(LayerTables.Read)
        select toArray(layers.Where(file => !file.Rows.IsEmpty).Select(file => Column(file, statistics)).DistinctBy(c => c.Policy));

    /// <summary>Statistics as series; those that were not collected are left out.</summary>
    public static Arr<LayerSeries> Statistics(Option<LayerStatistics> statistics) => statistics.Match(
        table => toArray(table.Names
            .Select(name => (Name: name, Values: table.Find(name).Map(v => toArray(v.ToArray())).IfNone(Arr<double>.Empty)))
            .Where(column => column.Values.Exists(double.IsFinite))
            .Select(column => Known.FirstOrDefault(k => k.Column == column.Name) is { Name: { } name } known
                ? new LayerSeries(name, known.Meaning, column.Values)
                : new LayerSeries(column.Name, "A column of the user's own.", column.Values))),
        () => Arr<LayerSeries>.Empty);

    /// <summary>How sure the choice is that the run's page is about; empty where its layers carry no intervals.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="primary">The policy whose choice it is.</param>
    public static Either<FloeError, (Arr<LayerStability> Layers, Option<double> Level)> Stability(string folder, string primary) =>
        from file in RunReportReader.Found(
            new[] { RunFolder.Of(primary, RunFolder.Layers), RunFolder.TunedLayers, RunFolder.Layers }
                .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists, folder), LayerTables.Read)
        select (
            toArray(
                from layers in file.ToArray()
                from row in layers.Rows
                from interval in row.Interval.ToArray()
                select new LayerStability(row.Layer, row.Rank, row.Selected, interval.RankLow, interval.RankHigh, interval.SelectedShare)),
            file.Bind(layers => layers.Level));

    private static Either<FloeError, string[]> Files(string folder, Option<RunPlan> plan) =>
        FileErrors.Try(folder, "list the policies", () =>
    {
        string policies = Path.Combine(folder, "policies");
        string[] planned = plan.Match(
            p => p.Policies.Select(policy => Path.Combine(folder, RunFolder.Of(policy.Name, RunFolder.Layers))), () => [])
            .ToArray();
        string[] beside = Directory.Exists(policies)
            ? [.. Directory.EnumerateDirectories(policies)
                .Order(StringComparer.Ordinal)
                .Select(found => Path.Combine(found, RunFolder.Layers))]
            : [];
        string[] found = [.. planned.Concat(beside).Distinct().Where(File.Exists)];
        return found.Length > 0
            ? found
            : [.. new[] { RunFolder.TunedLayers, RunFolder.Layers }.Select(name => Path.Combine(folder, name)).Where(File.Exists).Take(1)];
    });

    private static PolicyColumn Column(LayerFile file, Option<LayerStatistics> statistics)
    {
        string policy = file.Rows[0].Policy;
        return new PolicyColumn(
            policy,
            Policy.Parse(policy).ToOption().Bind(named => Scores(named, file, statistics)).IfNone(Arr<double>.Empty),
            toArray(file.Rows.Select(row => row.Rank)),
            file.Selected);
    }

    private static Option<Arr<double>> Scores(Policy policy, LayerFile file, Option<LayerStatistics> statistics) => policy switch
    {
        Policy.Fisher => toArray(file.Rows.Select(row => row.Importance)),
        Policy.Stratified stratified => Scores(stratified.By, file, statistics),
        Policy.Column column => statistics.Bind(s => s.Find(column.Name)).Map(v => toArray(v.ToArray())),
        _ => None,
    };
}
