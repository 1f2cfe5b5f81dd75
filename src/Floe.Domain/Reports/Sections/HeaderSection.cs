using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>What was run, and its result in a few sentences and figures.</summary>
internal static class HeaderSection
{
    public static Markup Of(RunReport report) => El(
        "header",
        [],
        P("kicker", "Floe run"),
        El("h1", [], report.Name),
        P("headline", Headline.Of(report)),
        El("div", [("class", "tiles")], Tiles(report)),
        Facts(Subjects(report).Where(item => item.Value.Length > 0)));

    private static IEnumerable<Markup> Tiles(RunReport report)
    {
        Option<PolicyOutcome> primary = report.Outcomes.Find(o => o.Policy == report.PrimaryPolicy);
        Option<int> chosen = report.Policies.Find(p => p.Policy == report.PrimaryPolicy).Map(p => p.Chosen.Count)
            || primary.Map(o => o.Layers.Count);
        return new[]
        {
            chosen.Map(count => Tile($"{count} of {report.LayerCount}", "layers adapted")),
            primary.Bind(o => o.HeldOutLoss).Map(loss => Tile(
                Numbers.Fixed(loss, 3),
                report.Base.Bind(b => b.HeldOutLoss)
                    .Match(start => $"held-out loss, {Numbers.Fixed(start, 3)} before", () => "held-out loss"))),
            primary.Bind(o => o.ExactMatch).Map(share => Tile(
                Numbers.Percent(share),
                report.Base.Bind(b => b.ExactMatch).Match(start => $"exact match, {Numbers.Percent(start)} before", () => "exact match"))),
            primary.Bind(o => o.TrainableParameters).Map(count => Tile(Numbers.Short(count), "trainable parameters")),
            primary.Bind(o => o.Seconds).Map(seconds => Tile(Numbers.Duration(seconds), "training time")),
        }.SelectMany(tile => tile.ToArray());
    }

    private static Markup Tile(string figure, string label) =>
        El("div", [("class", "tile")], El("b", [], figure), El("span", [], label));

    private static IEnumerable<(string Name, string Value)> Subjects(RunReport report) =>
    [
        ("Model", report.Subject.Model),
        ("Shape", report.Subject.Shape.Match(
            s => $"{s.Layers} layers × ({s.Heads} heads + {Numbers.Whole(s.Neurons)} neurons), {s.KvHeads} key/value heads, width "
                + $"{Numbers.Whole(s.Hidden)}",
            () => "")),
        ("Adapter", report.Subject.Adapter),
        ("Layers ranked on", report.Subject.SampleData),
        ("Adapted to", report.Subject.TargetData),
    ];
}
