using Floe.Domain.Reports.Drawing;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>The result of a run in a few sentences, computed from its numbers.</summary>
internal static class Headline
{
    /// <summary>
    /// What the primary policy bought: its loss against the base model's, its share of what adapting all layers gains and of what that
    /// trains, and
    /// the best rival with as many layers, whichever of the two is ahead.
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
        Option<string> gain = ShareOfGain(report, primary).Map(share => $"{Numbers.Percent(share)} of the gain");
        Option<string> size =
            from mine in primary.TrainableParameters
            from theirs in report.Outcomes.Find(o => o.Policy == "all").Bind(o => o.TrainableParameters)
            where theirs > 0
            select $"{Numbers.Percent(mine / (double)theirs)} of the trainable parameters";
        return (gain.IsSome, size.IsSome) switch
        {
            (true, true) => $"That is {gain.IfNone("")} of adapting every layer, for {size.IfNone("")}.",
            (true, false) => $"That is {gain.IfNone("")} of adapting every layer.",
            _ => "",
        };
    }

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
