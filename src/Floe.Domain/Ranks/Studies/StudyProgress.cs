using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks.Studies;

/// <summary>What a worker does next: a pure function of the study, the rules and which trials other workers hold.</summary>
internal static class StudyProgress
{
    /// <summary>The next action. Trials that were left on the way go on first, so that a killed study loses nothing; then new ones
    /// begin.</summary>
    /// <param name="rules">How the study goes on.</param>
    /// <param name="study">Where it stands.</param>
    /// <param name="held">Whether another worker is at a trial, by the trial's number in the store.</param>
    public static StudyAction Next(StudyRules rules, RankStudy study, Func<int, bool> held) => rules.Halving.Match(
        Some: eta => Halved(rules, study, held, eta),
        None: () => study.Trials.Filter(IsOpen).Filter(trial => !held(trial.Id)).HeadOrNone().Match(
            Some: trial => ToEnd(rules, trial),
            None: () => Another(rules, study)));

    private static bool IsOpen(StudyTrial trial) => trial.IsOurs && trial.State == TrialState.Running && trial.Point.IsSome;

    private static StudyAction ToEnd(StudyRules rules, StudyTrial trial) =>
        Until(rules, trial, rules.Rungs.Count - 1)
            .IfNone(() => new StudyAction.Complete(trial, trial.MeanOf(rules.Seeds, rules.Steps).IfNone(double.NaN)));

    // The first seed that has not reached a rung, and the next measurement on its way.
    private static Option<StudyAction> Until(StudyRules rules, StudyTrial trial, int rung) =>
        (from point in trial.Point.AsEnumerable()
         from seed in rules.Seeds.AsEnumerable()
         from step in rules.Rungs.AsEnumerable().Take(rung + 1)
         where trial.LossOf(seed, step).IsNone
         select Some<StudyAction>(new StudyAction.Train(trial, point, seed, step))).FirstOrDefault();

    private static StudyAction Another(StudyRules rules, RankStudy study)
    {
        int known = study.Trials.Filter(t => t.IsOurs).SelectMany(t => t.Point.AsEnumerable()).Distinct().Count();
        int proposals = study.Trials.Count(t => t.Point.IsSome);
        return known == rules.Space.Points.Count ? new StudyAction.Finished("every point of the space has been proposed")
            : proposals >= rules.Proposals ? new StudyAction.Finished($"{proposals} proposals were made")
            : Proposed(rules, study);
    }

    private static StudyAction Proposed(StudyRules rules, RankStudy study)
    {
        PointProposal next = rules.Sampler.Next(rules.Space, study.History, rules.DrawSeed);
        return study.Trials.Find(t => t.IsOurs && t.IsFinished && t.Repeats.IsNone && t.Point.Exists(p => p.Equals(next.Point)))
            .Match<StudyAction>(
            Some: trained => new StudyAction.Repeat(next, trained),
            None: () => new StudyAction.Begin(next));
    }

    private static StudyAction Halved(StudyRules rules, RankStudy study, Func<int, bool> held, int eta)
    {
        StudyTrial[] members = [
            .. study.Trials.Filter(t => t.IsOurs && t.Repeats.IsNone && t.State != TrialState.Failed && t.Point.IsSome)];
        StudyAction next = Another(rules, study);
        for (int rung = 0; rung < rules.Rungs.Count; rung++)
        {
            int step = rules.Rungs[rung];
            StudyTrial[] under = [.. members.Where(trial => trial.MeanOf(rules.Seeds, step).IsNone)];
            StudyTrial[] free = [.. under.Where(trial => IsOpen(trial) && !held(trial.Id))];
            if (free.Length > 0)
            {
                return Until(rules, free[0], rung).IfNone(new StudyAction.Wait());
            }

            if (rung == 0 && next is not StudyAction.Finished)
            {
                return next;
            }

            if (under.Length > 0)
            {
                return new StudyAction.Wait();
            }

            double[] losses = [.. members.Select(trial => trial.MeanOf(rules.Seeds, step).IfNone(double.NaN))];
            int[] best = rung == rules.Rungs.Count - 1 ? [.. Enumerable.Range(0, members.Length)] : SuccessiveHalving.Best(losses, eta);
            foreach (int at in Enumerable.Range(0, members.Length).Where(at => IsOpen(members[at])))
            {
                if (rung == rules.Rungs.Count - 1)
                {
                    return new StudyAction.Complete(members[at], losses[at]);
                }

                if (!best.Contains(at))
                {
                    return new StudyAction.Prune(members[at], losses[at]);
                }
            }

            members = [.. best.Select(at => members[at])];
        }

        return next;
    }
}
