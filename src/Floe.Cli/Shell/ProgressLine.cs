using System.Diagnostics;
using System.Globalization;
using Floe.Effects;

namespace Floe.Cli.Shell;

/// <summary>
/// Progress on standard error: one line rewritten in place on a terminal, a plain line every few seconds elsewhere. Shows tokens per second
/// and the time left, both over the task so far.
/// </summary>
/// <param name="terminal">Where to write.</param>
internal sealed class ProgressLine(Terminal terminal) : IDisposable
{
    private static readonly TimeSpan LiveEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);
    private string task = "";
    private long startTokens;
    private long startDone;
    private long started;
    private long shown;
    private bool open;

    /// <summary>Takes one report; cheap when it is too early to show another.</summary>
    public void Report(StageProgress progress)
    {
        if (progress.Task != task)
        {
            Close();
            (task, startDone, startTokens, started, shown) = (progress.Task, progress.Done, progress.Tokens, Stopwatch.GetTimestamp(), 0);
        }

        bool last = progress.Total > 0 && progress.Done >= progress.Total;
        if (!last && shown != 0 && Stopwatch.GetElapsedTime(shown) < (terminal.Live ? LiveEvery : PlainEvery))
        {
            return;
        }

        shown = Stopwatch.GetTimestamp();
        string line = Line(progress, Stopwatch.GetElapsedTime(started));
        terminal.Error.Write(terminal.Live ? $"\r\e[K{line[..Math.Min(line.Length, terminal.Width - 1)]}" : line + "\n");
        open = terminal.Live;
        if (last)
        {
            Close();
        }
    }

    /// <summary>Ends the line that is being rewritten.</summary>
    public void Dispose() => Close();

    private void Close()
    {
        if (open)
        {
            terminal.Error.Write("\n");
            open = false;
        }
    }

    private string Line(StageProgress p, TimeSpan elapsed)
    {
        double seconds = elapsed.TotalSeconds;
        List<string> parts = [p.Total > 0 ? $"{p.Task} {Bar(p)} {p.Done}/{p.Total}" : $"{p.Task} {p.Done}"];
        if (p.Tokens > startTokens && seconds > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{(p.Tokens - startTokens) / seconds:F0} tokens/s"));
        }

        if (p.Total > p.Done && p.Done > startDone)
        {
            parts.Add($"{Duration(seconds * (p.Total - p.Done) / (p.Done - startDone))} left");
        }
        else if (p.Total > 0 && p.Done >= p.Total)
        {
            parts.Add($"took {Duration(seconds)}");
        }

        return string.Join("  ", p.Note.Length > 0 ? parts.Append(p.Note) : parts);
    }

    private static string Bar(StageProgress p)
    {
        int full = (int)(20 * Math.Clamp((double)p.Done / p.Total, 0, 1));
        return $"[{new string('#', full)}{new string('.', 20 - full)}]";
    }

    private static string Duration(double seconds) => seconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):F0} min {Math.Floor(seconds % 60):00} s");
}
