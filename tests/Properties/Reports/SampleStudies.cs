using System.Globalization;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Reports.Studies;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Reports;

/// <summary>Studies for pages: of any number of trials, of one dimension or of three.</summary>
internal static class SampleStudies
{
    /// <summary>Ranks 2 to 16 with three seeds, some repeated, one failed, one stopped early.</summary>
    public static StudyReport Full() => Of(SearchSpace.Of(RankRange.Default), 22, "tpe", 3);

    /// <summary>Rank, kind and experts, where experts are there for one kind only.</summary>
    public static StudyReport Wide() => Of(
        Expect.Right(SearchSpace.Create(
            new Dimension.Whole("rank", Expect.Right(RankRange.Create(4, 12))),
            new Dimension.Choice("kind", Array("lora", "hydra")),
            new Dimension.Whole("experts", Expect.Right(RankRange.Create(1, 3))) { When = new Condition("kind", Array("hydra")) })),
        30,
        "gp",
        2);

    /// <summary>One trial with one seed.</summary>
    public static StudyReport Tiny() => Of(SearchSpace.Of(Expect.Right(RankRange.Create(8, 8))), 1, "grid", 1);

    /// <summary>Nothing yet.</summary>
    public static StudyReport Bare() => Of(SearchSpace.Of(RankRange.Default), 0, "random", 1);

    /// <summary>A study of some trials.</summary>
    public static StudyReport Of(SearchSpace space, int trials, string sampler, int seeds)
    {
        List<StudyEvent> events = [new StudyEvent.StudyCreated("w", "ranks <of> a & b", Direction.Minimize)];
        Dictionary<int, int> first = [];
        for (int i = 0; i < trials; i++)
        {
            int place = i * 7 % space.Points.Count;
            Point point = space.Points[place];
            TrialState state = i == 5 ? TrialState.Failed : i == 6 ? TrialState.Pruned : TrialState.Complete;
            bool repeat = first.TryGetValue(place, out int before);
            double Loss(int seed) => 1.4 + (0.03 * Math.Abs(place - 6)) + (0.011 * (((seed * 31) + (place * 17)) % 7));
            Option<double> mean = state == TrialState.Failed ? None : Some(Enumerable.Range(0, seeds).Average(Loss));
            events.Add(new StudyEvent.TrialCreated("w", 0, "2026-11-28T12:00:00.000000", state)
            {
                Value = mean,
                Parameters = toArray(
                    Enumerable.Range(0, point.Count)
                        .Where(d => point[d] != Point.Absent)
                        .Select(d => new Parameter(space.Dimensions[d].Name, space.Dimensions[d].Stored(point[d]), "{}"))),
                Told = toArray(
                    new[] { (Audience.User, RankStudy.Worker, "\"w\""), (Audience.User, RankStudy.Reason, "\"the largest log l − log g\"") }
                    .Concat(repeat ? [(Audience.User, RankStudy.Repeats, before.ToString(CultureInfo.InvariantCulture))] : [])
                    .Concat(repeat || state == TrialState.Failed ? [] : Enumerable.Range(0, seeds).SelectMany(seed => new[]
                    {
                        (Audience.User, $"{RankStudy.Loss}{seed}:20", Loss(seed).ToString("R", CultureInfo.InvariantCulture)),
                        (Audience.User, $"{RankStudy.Seconds}{seed}:20", "31.5"),
                    }))),
            });
            first.TryAdd(place, i);
        }

        StudyLog log = StudyLog.Of(events);
        StudyRules rules = new(
            space, Expect.Right(RankSampler.Parse(sampler)), 40, toArray(
                Enumerable.Range(0, seeds).Select(s => (long)s)), Array(20), None, 7);
        return StudyReport.Of(RankStudy.Of(log, log.Studies[0], space), rules);
    }
}
