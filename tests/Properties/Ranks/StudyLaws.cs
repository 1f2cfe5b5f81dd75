using Floe.Domain.Ranks.Studies;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of a study as a fold over events, whatever the events are.</summary>
public sealed class StudyLaws(ITestOutputHelper output)
{
    [Fact]
    public void ReplayIsLive() => Law.Check(output, Events, events =>
    {
        StudyLog live = StudyLog.Empty;
        return events.Select((one, i) => (one, i)).All(e =>
        {
            live = live.After(e.one);
            return Same(live, StudyLog.Of(events.Take(e.i + 1)));
        });
    }, Size);

    [Fact]
    public void NothingChangesAFinishedTrial() => Law.Check(output, Events, events =>
    {
        StudyLog log = StudyLog.Empty;
        foreach (StudyEvent one in events)
        {
            StudyLog next = log.After(one);
            if (log.Trials.Where(t => t.IsFinished).Any(t => !ReferenceEquals(next.Trials[t.Id], t)))
            {
                return false;
            }

            log = next;
        }

        return true;
    }, Size, events => StudyLog.Of(events).Trials.Any(t => t.IsFinished));

    [Fact]
    public void NamesAreThereOnceAndTrialsAreNumberedInTheirStudy() => Law.Check(output, Events, events =>
    {
        StudyLog log = StudyLog.Of(events);
        return log.Studies.Values.Select(s => s.Name).Distinct().Count() == log.Studies.Count
            && log.Trials.Select((t, i) => t.Id == i).All(same => same)
            && log.Trials.GroupBy(t => t.Study).All(g => g.Select((t, i) => t.Number == i).All(same => same))
            && log.Events == events.Length;
    }, Size, events => StudyLog.Of(events).Trials.Count > 1);

    private static bool Same(StudyLog one, StudyLog other) => Text(one) == Text(other);

    internal static string Text(StudyLog log) => $"{log.Events};"
        + string.Join(';', log.Studies.Values.Select(s => $"{s.Id} {s.Name} {s.Direction} {string.Join(',', s.Told)}"))
        + string.Join(';', log.Trials.Select(t => $"{t.Id} {t.Study} {t.Number} {t.State} {t.Value} {t.Start} {t.End} "
        + $"{string.Join(',', t.Parameters)} {string.Join(',', t.Told)} {string.Join(',', t.Intermediate)}"));

    private static string Size(StudyEvent[] events) => events.Length switch { < 10 => "few", < 40 => "some", _ => "many" };

    private static Arbitrary<StudyEvent[]> Events => Arb.From(
        Gen.Choose(0, 60).SelectMany(count => One.ArrayOf(count)), events => events.Length == 0 ? [] : [events[1..], events[..^1]]);

    private static Gen<StudyEvent> One =>
        from kind in Gen.Choose(0, 12)
        from study in Gen.Choose(0, 2)
        from trial in Gen.Choose(0, 6)
        from number in Gen.Choose(0, 4)
        select (StudyEvent)(kind switch
        {
            0 or 1 => new StudyEvent.StudyCreated("w", $"study{study}", Direction.Minimize),
            2 => new StudyEvent.StudyDeleted("w", study),
            3 => new StudyEvent.StudyTold("w", study, (Audience)(number % 2), $"k{number}", "1"),
            4 or 5 or 6 =>
                new StudyEvent.TrialCreated(
                    "w", study, "2026-11-28T12:00:00.000000", number == 4 ? TrialState.Complete : TrialState.Running),
            7 => new StudyEvent.ParameterSet("w", trial, new Parameter("rank", number, "{}")),
            8 or 9 => new StudyEvent.TrialEntered("w", trial, (TrialState)number, number / 2.0, "2026-11-28T12:00:01.000000"),
            10 => new StudyEvent.TrialReported("w", trial, number, number / 4.0),
            11 => new StudyEvent.TrialTold("w", trial, (Audience)(number % 2), $"k{number}", "2"),
            _ => new StudyEvent.Unknown("w", 10 + number),
        });
}
