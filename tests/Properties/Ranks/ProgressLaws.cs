using System.Globalization;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of how a study goes on: played to its end on a table of losses, with one worker or several, and with workers that
/// die.</summary>
public sealed class ProgressLaws(ITestOutputHelper output)
{
    [Fact]
    public void NothingIsTrainedTwice() =>
        Law.Check(output, Cases, c => Play(c).Trainings.GroupBy(t => t).All(g => g.Count() == 1), c => c.Sampler);

    [Fact]
    public void KilledWorkersChangeNothing() =>
        Law.Check(output, Cases, c => Outcome(Play(c)) == Outcome(Play(c with { DiesEvery = 3 })), c => c.Sampler);

    [Fact]
    public void AStudyEndsAndEveryTrialWithIt() => Law.Check(output, Cases, c =>
    {
        RankStudy study = Play(c).Study;
        return study.Trials.Count <= c.Proposals && study.Trials.ForAll(t => t.IsFinished);
    }, c => c.Sampler);

    [Fact]
    public void ARepeatedProposalHasTheLossOfTheFirst() => Law.Check(output, Cases, c => Play(c).Study.Trials.ForAll(t =>
        t.Repeats.IsNone || t.Losses.IsEmpty), c => c.Sampler, c => Play(c).Study.Trials.Exists(t => t.Repeats.IsSome)
            || c.Sampler is "grid" or "random" or "halving");

    [Fact]
    public void HalvingFindsTheBestWhereItIsAmongTheBestAtEveryRung() => Law.Check(output, Halved, c =>
    {
        Played played = Play(c);
        StudyTrial[] complete = [.. played.Study.Trials.Filter(t => t.State == TrialState.Complete)];
        double[][] means = [.. c.Rules.Rungs.Select(step => c.Rules.Space.Points.Select(p => Mean(c, p, step)).ToArray())];
        int best = System.Array.IndexOf(means[^1], means[^1].Min());
        int[] left = [.. Enumerable.Range(0, c.Rules.Space.Points.Count)];
        foreach (double[] rung in means[..^1])
        {
            left = [.. SuccessiveHalving.Best([.. left.Select(i => rung[i])], 2).Select(at => left[at])];
        }

        return complete.Length == left.Length && (!left.Contains(best) || complete.Min(t => t.Value.IfNone(9)) == means[^1][best]);
    }, c => c.Sampler);

    [Fact]
    public void HalvingTrainsLessThanEverything() => Law.Check(output, Halved, c =>
    {
        int[] steps = [.. Play(c).Study.Trials.Map(t => t.Losses.Map(l => l.Step).AsEnumerable().DefaultIfEmpty(0).Max())];
        return steps.Sum() < c.Rules.Steps * c.Rules.Space.Points.Count;
    }, c => c.Sampler);

    [Fact]
    public void HowManyWorkersThereAreDoesNotChangeWhatHalvingKeeps() =>
        Law.Check(output, Halved, c => Kept(Play(c)) == Kept(Play(c with { Workers = 3 })), c => c.Sampler);

    [Theory]
    [InlineData(12, 2, 15, "1,3,6,12")]
    [InlineData(12, 4, 15, "3,12")]
    [InlineData(360, 3, 15, "40,120,360")]
    [InlineData(5, 3, 3, "5")]
    public void RungsAreTheStepsDividedAgainAndAgain(int steps, int eta, int points, string rungs) =>
        Assert.Equal(rungs, string.Join(',', SuccessiveHalving.Rungs(steps, eta, points).AsEnumerable()));

    private static string Kept(Played played) => string.Join(',', played.Study.Trials.Filter(t => t.State == TrialState.Complete)
        .SelectMany(t => t.Point.AsEnumerable()).Select(p => p[0]).Order());

    private static string Outcome(Played played) =>
        string.Join(';', played.Study.Trials.Map(t => $"{t.Number} {t.Point} {t.State} {t.Value} {t.Repeats}").AsEnumerable());

    private static double Mean(Case c, Point point, int step) => c.Rules.Seeds.Average(seed => c.Loss(point, seed, step));

    // Workers take turns; one that dies has trained and not said so.
    private static Played Play(Case c)
    {
        List<StudyEvent> events = [new StudyEvent.StudyCreated("w", "s", Direction.Minimize)];
        List<(Point, long, int)> trained = [];
        int[] at = [.. Enumerable.Repeat(-1, c.Workers)];
        for (int turn = 0; turn < 100_000; turn++)
        {
            int worker = turn % c.Workers;
            StudyLog log = StudyLog.Of(events);
            RankStudy study = RankStudy.Of(log, log.Studies[0], c.Rules.Space);
            StudyAction action = StudyProgress.Next(c.Rules, study, id => at.Where((_, w) => w != worker).Contains(id));
            at[worker] = action is StudyAction.Train one ? one.Trial.Id : -1;
            if (action is StudyAction.Finished && study.Trials.ForAll(t => t.IsFinished))
            {
                return new Played(study, trained);
            }

            if (action is StudyAction.Train lost && c.DiesEvery > 0 && turn % c.DiesEvery == 0)
            {
                at[worker] = -1;
                continue;
            }

            if (action is StudyAction.Train train)
            {
                trained.Add((train.Point, train.Seed, train.Until));
            }

            events.AddRange(After(c, action, log.Trials.Count));
        }

        throw new InvalidOperationException("the study does not end");
    }

    private static StudyEvent[] After(Case c, StudyAction action, int next) => action switch
    {
        StudyAction.Begin a =>
        [
            new StudyEvent.TrialCreated("w", 0, None, TrialState.Running),
            new StudyEvent.ParameterSet("w", next, new Parameter("rank", c.Rules.Space.Dimensions[0].Stored(a.Proposal.Point[0]), "{}")),
            new StudyEvent.TrialTold("w", next, Audience.User, RankStudy.Worker, "\"w\""),
        ],
        StudyAction.Repeat a =>
        [
            new StudyEvent.TrialCreated("w", 0, None, a.Of.State)
            {
                Value = a.Of.Value,
                Parameters = Array(new Parameter("rank", c.Rules.Space.Dimensions[0].Stored(a.Proposal.Point[0]), "{}")),
                Told = Array((Audience.User, RankStudy.Worker, "\"w\""), (Audience.User, RankStudy.Repeats, $"{a.Of.Number}")),
            },
        ],
        StudyAction.Train a =>
        [
            new StudyEvent.TrialTold(
                "w", a.Trial.Id, Audience.User, $"{RankStudy.Loss}{a.Seed}:{a.Until}", c.Loss(a.Point, a.Seed, a.Until)
                    .ToString("R", CultureInfo.InvariantCulture)),
        ],
        StudyAction.Complete a => [new StudyEvent.TrialEntered("w", a.Trial.Id, TrialState.Complete, a.Loss, None)],
        StudyAction.Prune a => [new StudyEvent.TrialEntered("w", a.Trial.Id, TrialState.Pruned, a.Loss, None)],
        _ => [],
    };

    private static Arbitrary<Case> Cases => Arb.From(Generated(["tpe", "random", "grid", "gp", "halving"]));

    private static Arbitrary<Case> Halved => Arb.From(Generated(["halving"]));

    private static Gen<Case> Generated(string[] samplers) =>
        from name in Gen.Elements(samplers)
        from count in Gen.Choose(3, 8)
        from proposals in Gen.Choose(3, 14)
        from seeds in Gen.Choose(1, 3)
        from salt in Gen.Choose(0, 1 << 20)
        let halving = name == "halving"
        let space = SearchSpace.Of(RankRange.Create(2, count + 1).IfLeft(RankRange.Default))
        let rungs = halving ? SuccessiveHalving.Rungs(16, 2, count) : Array(16)
        select new Case(
            name,
            halving ? count : proposals,
            new StudyRules(
                space,
                RankSampler.Parse(halving ? "grid" : name).IfLeft(new RankSampler.Grid()),
                halving ? count : proposals,
                toArray(Enumerable.Range(1, seeds).Select(s => (long)s)),
                rungs,
                halving ? Some(2) : None,
                7),
            salt);

    private sealed record Case(string Sampler, int Proposals, StudyRules Rules, int Salt, int Workers = 1, int DiesEvery = 0)
    {
        // Eighths, so that means of equal numbers are equal.
        public double Loss(Point point, long seed, int step) =>
            (new SplitMix64Bits(unchecked((ulong)((point[0] * 7919L) + (seed * 104729L) + (step * 1299709L) + Salt))).Below(64) / 8.0) + 1;
    }

    private readonly record struct SplitMix64Bits(ulong State)
    {
        public int Below(int bound) => new Floe.Domain.SplitMix64(State).NextBelow(bound).Value;
    }

    private sealed record Played(RankStudy Study, List<(Point Point, long Seed, int Step)> Trainings);
}
