using System.Globalization;
using Floe.Domain.Adapters;
using Floe.Domain.Reports;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>What was run, and what it takes to run it again.</summary>
internal static class ReportedProvenance
{
    public static Subject Subject(Option<RunPlan> plan, Option<TableMetadata> scores) => new(
        plan.Map(p => FileName(p.Model)).IfNone(() => scores.Bind(s => s.Model).Map(m => m.Name).IfNone("")),
        scores.Bind(s => s.Shape),
        plan.Map(p => Adapter(p.Adapter)).IfNone(() => scores.Bind(s => s.Adapter).IfNone("")),
        plan.Map(p => Data(p.Sample)).IfNone(""),
        plan.Map(p => Data(p.Train)).IfNone(""));

    public static Provenance Of(
        Option<RunPlan> plan, Option<string> planText, Option<RunManifest> manifest, Option<TableMetadata> scores, Arr<FactGroup> facts) =>
            new(
        plan.Map(p => $"./floe run plan.yaml    # the plan below, saved as plan.yaml; writes runs/{p.Name}").IfNone(""),
        planText.IfNone(""),
        toArray(new[]
        {
            new FactGroup(
                "Seeds", toArray(
                    manifest.Map(m => ("run", Text(m.Seed)))
                        .ToArray()
                        .Concat(scores.Bind(s => s.Seed).Map(s => ("scores", Text(s))).ToArray()))),
            new FactGroup("Content hashes", Hashes(manifest, scores)),
            new FactGroup(
                "Plan", planText.IsSome && plan.IsNone
                    ? Array(("note", "the plan below is not one that this version can read"))
                    : Arr<(string, string)>.Empty),
            new FactGroup(
                "Tools", toArray(
                    manifest.ToArray().SelectMany(m => m.Stages).Select(s => s.Tool).Distinct().Select(tool => ("stages by", tool)))),
        }.Concat(facts).Where(group => !group.Items.IsEmpty)),
        manifest.Map(m => m.Stages.Map(Stage)).IfNone(Arr<StageSummary>.Empty));

    private static Arr<(string, string)> Hashes(Option<RunManifest> manifest, Option<TableMetadata> scores) => toArray(
        manifest.Map(m => ("plan", m.Plan)).ToArray()
            .Concat(manifest.ToArray()
                .SelectMany(m => m.Stages)
                .SelectMany(s => s.Inputs.AsEnumerable())
                .Where(i => i.Key.Contains(": ", StringComparison.Ordinal))
                .Select(i => (i.Key, i.Value)).Distinct())
            .Concat(scores.Bind(s => s.Model).Map(m => ("weights", m.Sha256)).ToArray())
            .Concat(scores.Bind(s => s.Data).Map(data => ("scored text", data)).ToArray())
            .Where(item => item.Item2.Length > 0));

    private static StageSummary Stage(StageRecord record) => new(
        record.Name, record.Seconds, record.Tokens, record.PeakBytes, toArray(record.Outputs.AsEnumerable().Select(o => (o.Key, o.Value))));

    private static string Adapter(AdapterSettings a) => string.Create(
        CultureInfo.InvariantCulture,
        $"{a.Kind.Title}, "
            + $"{(a.Kind.HasRank ? $"rank {a.Rank}, alpha {a.Alpha}, " : "")}"
            + $"{(a.Kind.HasExperts ? $"{a.Experts} experts, " : "")}{string.Join(" + ", a.Modules.Map(m => m.Name()))}");

    private static string Data(Arr<DataPart> parts) => string.Join(", ", parts.Select(p =>
        FileName(p.Path) + p.Take.Map(n => $" ({Text(n)} rows from {Text(p.Skip)})").IfNone("")));

    // A plan's paths are machine paths; the last part is what a reader needs.
    private static string FileName(string path) => Path.GetFileName(path.TrimEnd('/', '\\'));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
