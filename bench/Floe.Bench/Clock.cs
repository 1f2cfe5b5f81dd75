using System.Diagnostics;

namespace Floe.Bench;

/// <summary>Seconds of warm calls.</summary>
internal static class Clock
{
    /// <summary>Median over rounds. Warm: after a second of calls the compiler has seen which loops count.</summary>
    public static double Median(int rounds, Action work)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1);)
        {
            work();
        }

        double[] seconds = [.. Enumerable.Range(0, rounds).Select(_ => Seconds(work)).Order()];
        return seconds[rounds / 2];
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
