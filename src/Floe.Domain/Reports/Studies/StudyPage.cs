using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Reports.Sections;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static LanguageExt.Prelude;

namespace Floe.Domain.Reports.Studies;

/// <summary>A rank study as a page shows it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Rules">How it goes on.</param>
/// <param name="Verdict">Its answer; None before the first trial has ended.</param>
internal sealed record StudyReport(RankStudy Study, StudyRules Rules, Option<StudyVerdict> Verdict)
{
    /// <summary>The report of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="rules">How it goes on.</param>
    public static StudyReport Of(RankStudy study, StudyRules rules) =>
        new(study, rules, StudyVerdict.Of(rules.Space, study, rules.Steps).ToOption());

    /// <summary>Trials whose point is one of the space.</summary>
    internal IEnumerable<(StudyTrial Trial, Point Point)> Trials =>
        from trial in Study.Trials from point in trial.Point.AsEnumerable() select (trial, point);

    /// <summary>Seconds that trainings took.</summary>
    internal double Spent => Study.Trials.Sum(trial => trial.Losses.Sum(l => l.Seconds));

    /// <summary>Seconds that repeated proposals would have taken again.</summary>
    internal double Saved =>
        Study.Trials.Sum(
            trial =>
                trial.Repeats.Bind(number => Study.Trials.Find(t => t.Number == number)).Map(t => t.Losses.Sum(l => l.Seconds)).IfNone(0));

    /// <summary>The number on the horizontal axis of a point: its rank, or its place in the space where there are no ranks.</summary>
    internal double At(Point point) => Rules.Space.Dimensions[0] is Dimension.Whole whole ? whole.Range.Low + point[0] : point[0];
}

/// <summary>A rank study as one HTML page that needs nothing else: no script, no network, no file beside it.</summary>
internal static class StudyPage
{
    /// <summary>The page. The same study always gives the same characters. The page is well-formed XML as well as HTML.</summary>
    /// <param name="report">The study.</param>
    public static string Render(StudyReport report) => PageFrame.Render(
        $"{report.Study.Study.Name}: Floe rank study",
        El(
            "header",
            [],
            Parts.P("kicker", "Floe rank study"),
            El("h1", [], report.Study.Study.Name),
            Parts.P("headline", Headline(report)),
            El("div", [("class", "tiles")], Tiles(report)
                .Select(t => El("div", [("class", "tile")], El("b", [], t.Value), El("span", [], t.Name))))),
        [("loss", "Loss against rank"), ("sampler", "What the sampler sees"), ("history", "History")],
        LossSection(report),
        SamplerSection(report),
        HistorySection(report));

    private static string Headline(StudyReport report) => report.Verdict.Match(
        verdict => $"{verdict.Sentence} {Numbers.Whole(report.Rules.Seeds.Count)} {(report.Rules.Seeds.Count == 1 ? "seed" : "seeds")} a "
            + $"point; one observation is their mean.",
        () => "No trial has ended yet.");

    private static IEnumerable<(string Name, string Value)> Tiles(StudyReport report)
    {
        foreach (StudyVerdict verdict in report.Verdict.AsEnumerable())
        {
            yield return ("lowest mean loss", $"{report.Rules.Space.Text(verdict.Best.Point)}");
            yield return ("first within noise of it", $"{report.Rules.Space.Text(verdict.Answer.Point)}");
            yield return ("noise of one training, nats", verdict.Noise.Match(n => Numbers.Value(n), () => "not known"));
        }

        int repeats = report.Study.Trials.Count(t => t.Repeats.IsSome);
        yield return (
            repeats == 1
                ? "proposal, of which 1 cost nothing"
                : $"proposals, of which {repeats} cost nothing", Numbers.Whole(report.Study.Trials.Count));
        yield return ("spent on trainings", Numbers.Duration(report.Spent));
        yield return ("saved by not repeating", Numbers.Duration(report.Saved));
    }

    private static Markup LossSection(StudyReport report)
    {
        bool any = report.Trials.Any(t => t.Trial.Value.Exists(double.IsFinite));
        return !any
            ? Parts.Section("loss", "Loss against rank", "", Parts.Absent("No trial has ended yet."))
            : Parts.Section(
                "loss",
                "Loss against rank",
                "Every training as a ring, the mean over seeds as a disc with its standard deviation. Filled marks of the first colour "
                    + "cannot be told from the best.",
                Parts.Figure(
                    "Validation loss after the whole training, nats a token. A rank within noise of the best is as good as the data can "
                        + "say; the smallest of them costs least.",
                    Both(width => StudyCharts.Loss(report, $"loss-{width:F0}", width)),
                    Parts.Table(
                        "Points that were trained", [
                            "Point", "Seeds", "Mean loss", "Deviation", "Within noise"], report.Verdict.AsEnumerable()
                            .SelectMany(v => v.Points.AsEnumerable())
                            .Select(p =>
                        (IReadOnlyList<string>)
                        [
                            report.Rules.Space.Text(p.Point), Numbers.Whole(p.Seeds), Numbers.Fixed(p.Mean, 4), p.Deviation.Match(
                                d => Numbers.Fixed(d, 4), () => "–"), p.WithinNoise
                                ? "yes"
                                : "no",
                        ]))));
    }

    private static Markup SamplerSection(StudyReport report)
    {
        PointObservation[] trained = [.. report.Study.History.Where(o => o.Loss.IsSome)];
        string sampler = report.Rules.Sampler.Label;
        string lead = report.Rules.Sampler is RankSampler.Parzen
            ? "The density l of the best tenth of the trials and the density g of the others; the next value is where log l − log g is "
                + "largest."
            : $"The densities that tpe would look at; this study's points are chosen by {sampler}.";
        return trained.Length == 0
            ? Parts.Section("sampler", "What the sampler sees", "", Parts.Absent("No trial has ended yet."))
            : Parts.Section(
                "sampler", "What the sampler sees", lead, All(Tpe.Curves(report.Rules.Space, trained).Select(of => Curves(report, of))));
    }

    private static Markup Curves(StudyReport report, DimensionCurves of)
    {
        Dimension dimension = report.Rules.Space.Dimensions[of.Dimension];
        return Parts.Figure(
            $"{dimension.Name}: both densities and their difference after {Numbers.Whole(report.Study.History.Count(o => o.Loss.IsSome))} "
                + $"trials.",
            All(
                Both(width => StudyCharts.Densities(dimension, of.Curves, $"density-{of.Dimension}-{width:F0}", width)),
                Both(width => StudyCharts.Acquisition(dimension, of.Curves, $"acquisition-{of.Dimension}-{width:F0}", width))),
            Parts.Table(
                $"Densities of {dimension.Name}", [dimension.Name, "l", "g", "log l − log g"], Enumerable.Range(0, dimension.Count)
                    .Select(place =>
                (IReadOnlyList<string>)
                [
                    dimension.Text(place), Numbers.Fixed(
                        Math.Exp(of.Curves.LogBelow[place]), 4), Numbers.Fixed(
                            Math.Exp(of.Curves.LogAbove[place]), 4), Numbers.Fixed(of.Curves.Acquisition[place], 3),
                ])));
    }

    private static Markup HistorySection(StudyReport report)
    {
        Markup table = Parts.Table(
            "Trials", ["Trial", "Point", "State", "Mean loss", "Why", "Time"], report.Trials.Select(t => (IReadOnlyList<string>)
        [
            Numbers.Whole(t.Trial.Number),
            report.Rules.Space.Text(t.Point),
            t.Trial.Repeats.Match(number => $"repeats {number}", () => t.Trial.State.ToString()),
            t.Trial.Value.Match(v => Numbers.Fixed(v, 4), () => "–"),
            t.Trial.Reason,
            Numbers.Duration(t.Trial.Losses.Sum(l => l.Seconds)),
        ]));
        return !report.Trials.Any(t => t.Trial.Value.Exists(double.IsFinite))
            ? Parts.Section("history", "History", "", Parts.Absent("No trial has ended yet."))
            : Parts.Section(
                "history",
                "History",
                "What was proposed, in its order, and the best so far.",
                Parts.Figure(
                    "Mean loss by trial. Rings repeat a point that was trained before and cost nothing; the line is the best so far.", Both(
                        width => StudyCharts.History(report, $"history-{width:F0}", width)), table));
    }

    private static Markup Both(Func<double, Chart> draw) => All(
        El("div", [("class", "wide-only")], draw(956).OnPage()),
        El("div", [("class", "narrow-only")], draw(Chart.Narrow).OnPage()));
}
