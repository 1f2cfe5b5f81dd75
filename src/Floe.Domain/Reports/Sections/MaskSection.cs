using Floe.Domain.Reports.Charts;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>The masks, how they came to be, and how far they are from the bound.</summary>
internal static class MaskSection
{
    public static Markup Of(RunReport report) => Section(
        "masks",
        "Masks",
        "Within a budget on Taylor cost, the search keeps the heads and neurons of highest Fisher score; refinement repairs the budget "
            + "unit by unit and swaps; tuning replaces ones by least-squares values.",
        Maps(report),
        report.Search.Match(
            search => All(Stages(search), Heading("What refinement and tuning changed"), Refinement(report, search)),
            () => Absent("This run has no record of the mask search, so what refinement changed and the gap to the bound are not shown.")),
        Tuning(report));

    private static Markup Maps(RunReport report) => report.Masks.IsEmpty
        ? Absent("This run has no masks.")
        : Figure(
            "Each row is a layer, each column a bin of neighbouring units; the taller and stronger the cell, the more of the bin is kept. "
                + "A dot at the end of a row marks a chosen layer.",
            report.Masks.Map(m => MaskGrid.Of(report, m, m.Component == Component.Head ? "mask-heads" : "mask-neurons")),
            All(report.Masks.Map(MapTable)));

    private static Markup MapTable(MaskMap map)
    {
        int parts = Math.Min(8, map.Bins);
        int[] edges = [.. Enumerable.Range(0, parts + 1).Select(i => (int)((long)i * map.Bins / parts))];
        string noun = map.Component == Component.Head ? "heads" : "neurons";
        return Table(
            $"Kept share of {noun} by layer",
            ["Layer", $"All {noun}", .. Enumerable.Range(0, parts)
                .Select(i => Numbers.Ranges(Enumerable.Range(map.Edge(edges[i]), map.Edge(edges[i + 1]) - map.Edge(edges[i]))))],
            Enumerable.Range(0, map.Layers).Select(layer => (IReadOnlyList<string>)
            [
                Numbers.Coordinate(layer),
                Numbers.Percent(map.KeptShare(layer, 0, map.Bins)),
                .. Enumerable.Range(0, parts).Select(i => Numbers.Percent(map.KeptShare(layer, edges[i], edges[i + 1]))),
            ]));
    }

    private static Markup Stages(MaskSearchSummary search) => search.Stages.IsEmpty
        ? Absent("The stages of the mask search were not recorded.")
        : All(
            Heading("Stages and the gap to the bound"),
            P("", $"{BudgetWords(search)} {GapWords(search, search.Stages[search.Stages.Count - 1])}"),
            Figure(
                "Kept Fisher as a share of the bound, and cost as a share of the budget, after each stage.",
                [StageDots.Bound(search, "gap-bound"), StageDots.Budget(search, "gap-budget")],
                StageTable(search)));

    private static string BudgetWords(MaskSearchSummary search)
    {
        string budget = $"the budget C = {Numbers.Value(search.Budget)} ({Numbers.Percent(search.Budget / search.TotalCost)} of the total "
            + $"cost)";
        string bound = $"{Numbers.Value(search.Bound)} ({Numbers.Percent(search.Bound / search.TotalFisher)} of the total)";
        return search.Costs switch
        {
            CostBasis.Masked => $"As the paper prints it, {budget} limits the masked units, so that only the total Fisher, "
                + $"{Numbers.Value(search.Bound)}, bounds what is kept.",
            CostBasis.Scalar => $"By the mean costs of heads and of neurons, no mask within {budget} can keep more Fisher than the bound "
                + $"of the linear relaxation, {bound}.",
            _ => $"By each unit's own cost, no mask within {budget} can keep more Fisher than the bound of the linear relaxation, {bound}.",
        };
    }

    private static string GapWords(MaskSearchSummary search, MaskStage last) =>
        last.Gap(search) >= 0
            ? $"After {last.Name} the gap is {Numbers.Value(last.Gap(search))}, "
                + $"{Numbers.Fixed(100 * last.Gap(search) / search.Bound, 3)}\u00a0% of the bound."
            : $"After {last.Name} the masks keep more than the bound, since they cost {Numbers.Fixed(last.Cost / search.Budget, 3)} times "
                + $"the budget.";

    private static Markup StageTable(MaskSearchSummary search) => Table(
        "Stages of the mask search",
        ["Stage", "Kept heads", "Kept neurons", "Cost", "Cost / C", "Kept Fisher", "Gap", "Gap / bound"],
        search.Stages.Map(s => (IReadOnlyList<string>)
        [
            s.Name, Numbers.Whole(s.KeptHeads), Numbers.Whole(s.KeptNeurons), Numbers.Value(s.Cost),
                Numbers.Fixed(s.Cost / search.Budget, 4),
            Numbers.Value(s.KeptFisher), Numbers.Value(s.Gap(search)), Numbers.Fixed(100 * s.Gap(search) / search.Bound, 3) + "\u00a0%",
        ]));

    private static Markup Refinement(RunReport report, MaskSearchSummary search) => search.Exchanges.IsEmpty
        ? Absent("Refinement was not run, or what it changed was not recorded.")
        : Figure(
            "Units that changed sides in refinement, by layer: back among the kept above the line, given up below it.",
            [ExchangeBars.Of(search, Component.Head, "exchange-heads"), ExchangeBars.Of(search, Component.Neuron, "exchange-neurons")],
            Table(
                "What refinement changed by layer",
                ["Layer", "Heads now kept", "Heads now masked", "Neurons now kept", "Neurons now masked"],
                search.Exchanges.Map(e => (IReadOnlyList<string>)
                    [.. new[] { e.Layer, e.HeadsKept, e.HeadsMasked, e.NeuronsKept, e.NeuronsMasked }.Select(v => Numbers.Whole(v))])));

    private static Markup Tuning(RunReport report)
    {
        MaskStage[] ranked = [
            .. report.Search.ToArray().SelectMany(s => s.Stages).Where(s => report.LayerCount > 0 && s.Ranks.Count == report.LayerCount)];
        Chart[] charts =
        [
            .. ranked.Length < 2 ? Array.Empty<Chart>() : [RankMoves.Of(report, ranked[0], ranked[^1], "rank-moves")],
            .. report.Tuning.IsEmpty ? Array.Empty<Chart>() : [TuningGrid.Of(report, "tuning")],
        ];
        return All(
            report.Tuning.IsEmpty
                ? Absent(report.Masks.IsEmpty ? "There is no record of tuning." : "Tuning was not run, or its outcome was not recorded.")
                : P("", TuningWords(report)),
            charts.Length == 0
                ? Empty
                : Figure(
                    ranked.Length < 2
                        ? "A component stays binary where the closed form has no usable solution."
                        : "How far the stages moved each layer's rank, and where tuning found a usable solution.",
                    charts,
                    All(RankTable(report, ranked), TuningTable(report))));
    }

    private static Markup RankTable(RunReport report, MaskStage[] ranked) => ranked.Length < 2
        ? Empty
        : Table(
            "Rank of each layer after each stage",
            ["Layer", .. ranked.Select(s => $"Rank after {s.Name}")],
            Enumerable.Range(0, report.LayerCount).Select(layer => (IReadOnlyList<string>)
                [Numbers.Coordinate(layer), .. ranked.Select(s => Numbers.Coordinate(s.Ranks[layer]))]));

    private static Markup TuningTable(RunReport report) => report.Tuning.IsEmpty
        ? Empty
        : Table(
            "Tuning by layer and component",
            ["Layer", "Component", "Outcome", "Mean mask before", "Mean mask after"],
            report.Tuning.Map(t => (IReadOnlyList<string>)
            [
                Numbers.Coordinate(t.Layer), t.Component == Component.Head
                    ? "heads"
                    : "neurons", t.Tuned
                    ? "tuned"
                    : $"left binary: {t.Reason}",
                Numbers.Value(t.MeanBefore), Numbers.Value(t.MeanAfter),
            ]));

    private static string TuningWords(RunReport report)
    {
        var left = report.Tuning.Where(t => !t.Tuned).GroupBy(t => (t.Reason, t.Component)).Select(g =>
            $"{(g.Key.Component == Component.Head ? "heads" : "neurons")} of {Numbers.Ranges(g.Select(t => t.Layer).Order())} "
                + $"({g.Key.Reason})").ToArray();
        return $"Tuning solved {report.Tuning.Count(t => t.Tuned)} of {report.Tuning.Count} components."
            + (left.Length == 0 ? "" : $" Left binary: {string.Join("; ", left)}.");
    }
}
