using Floe.Domain.Reports.Drawing;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>The result of a run in a few sentences, computed from its numbers.</summary>
internal static class Headline
{
    /// <summary>
    /// What the primary policy bought: its loss against the base model's, its share of what adapting all layers gains and of what that
    /// costs in parameters, time and memory, and the best rival with as many layers, whichever of the two is ahead.
    /// </summary>
    public static string Of(RunReport report) =>
        report.Outcomes.Find(o => o.Policy == report.PrimaryPolicy).Match(
            primary => string.Join(' ', Sentences(report, primary).Where(s => s.Length > 0)),
            () => report.Policies.Find(p => p.Policy == report.PrimaryPolicy).Match(
                column => $"Policy {column.Policy} chose {column.Chosen.Count} of {report.LayerCount} layers: "
                    + $"{Numbers.Ranges(column.Chosen)}. No adapter has been trained on them in this run.",
                () => "This run has neither a ranking of layers nor a trained adapter yet."));

    /// <summary>(base − loss) / (base − loss of all layers): the share of the gain that a policy keeps, where all three are known and the
    /// divisor is positive.</summary>
    public static Option<double> ShareOfGain(RunReport report, PolicyOutcome outcome) =>
        from start in report.Base.Bind(b => b.HeldOutLoss)
        from loss in outcome.HeldOutLoss
        from full in report.Outcomes.Find(o => o.Policy == "all").Bind(o => o.HeldOutLoss)
        where start > full
        select (start - loss) / (start - full);

    private static IEnumerable<string> Sentences(RunReport report, PolicyOutcome primary)
    {
        yield return $"Adapting {Layers(primary.Layers.Count)} of {report.LayerCount}, chosen by {primary.Policy}, "
            + $"{Loss(report, primary)}.";
        yield return primary.Policy == "all" ? "" : AgainstAll(report, primary);
        yield return Rival(report, primary);
    }

    private static string Loss(RunReport report, PolicyOutcome primary) =>
        primary.HeldOutLoss.Match(
            loss => report.Base.Bind(b => b.HeldOutLoss).Match(
                start => $"took the held-out loss from {Numbers.Fixed(start, 3)} to {Numbers.Fixed(loss, 3)}",
                () => $"ended at a held-out loss of {Numbers.Fixed(loss, 3)}"),
            () => "has not been evaluated yet")
        + primary.TrainableParameters.Match(p => $" with {Numbers.Short(p)} trainable parameters", () => "");

    private static string AgainstAll(RunReport report, PolicyOutcome primary)
    {
        Option<PolicyOutcome> all = report.Outcomes.Find(o => o.Policy == "all");
        string[] costs =
        [
            .. Share(primary.TrainableParameters.Map(p => (double)p), all.Bind(a => a.TrainableParameters.Map(p => (double)p)))
                .Map(share => $"{share} of the trainable parameters"),
            .. Share(primary.Seconds, all.Bind(a => a.Seconds)).Map(share => $"{share} of the training time"),
            .. Share(primary.PeakBytes.Map(p => (double)p), all.Bind(a => a.PeakBytes.Map(p => (double)p)))
                .Map(share => $"{share} of the memory"),
        ];
        return ShareOfGain(report, primary).Match(
            share => $"That is {Numbers.Percent(share)} of the gain of adapting every layer{For(costs)}.", () => "");
    }

    private static Option<string> Share(Option<double> mine, Option<double> whole) =>
        from one in mine
        from other in whole
        where other > 0
        select Numbers.Percent(one / other);

    private static string For(string[] costs) => costs switch
    {
        [] => "",
        [var one] => $", for {one}",
        _ => $", for {string.Join(", ", costs[..^1])} and {costs[^1]}",
    };

    private static string Rival(RunReport report, PolicyOutcome primary)
    {
        var rivals = from outcome in report.Outcomes
                     where outcome.Policy != primary.Policy && outcome.Layers.Count == primary.Layers.Count
                     from loss in outcome.HeldOutLoss.ToArray()
                     orderby loss
                     select (outcome.Policy, Loss: loss);
        return (from rival in rivals.ToArray().HeadOrNone()
                from mine in primary.HeldOutLoss
                select $"The best other choice of {Layers(primary.Layers.Count)}, {rival.Policy}, reached {Numbers.Fixed(rival.Loss, 3)}"
                    + (rival.Loss < mine ? ", which is better." : rival.Loss > mine ? "." : ", which is the same.")).IfNone("");
    }

    private static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";
}
