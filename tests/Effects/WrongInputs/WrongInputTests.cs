using System.Diagnostics;
using System.Globalization;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>
/// Every public function that takes a model, an adapter, masks, a plan or data, given each of them of a wrong shape, size or range: it
/// answers an error or a result. None throws, and none ends the process, which is another one so that this shows.
/// </summary>
public class WrongInputTests
{
    // Processes that may be ended before the rest is given up.
    private const int MostEnds = 5;

    // For one call, on a machine that does other work.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Functions with a span, which cannot be called by reflection.</summary>
    private static readonly string[] WithSpans = [];

    [Fact]
    public void EveryParameterHasValues()
    {
        Assert.Equal("", string.Join('\n', Functions.All.SelectMany(Functions.Lacking)));
        Assert.Equal(WithSpans, Functions.WithSpans);
    }

    [Fact]
    public void NothingThrowsAndNothingEndsTheProcess()
    {
        string[] names = [.. Call.All.Select(call => call.Name)];
        List<string> faults = [];
        for (int next = 0, ends = 0; next < names.Length && ends < MostEnds;)
        {
            (int code, string[] said) = Run(next);
            faults.AddRange(said.Where(line => line.Contains(": threw ", StringComparison.Ordinal)));
            next += said.Length;
            if (next < names.Length)
            {
                faults.Add($"{names[next++]}: ended the process with {code}");
                ends++;
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {names.Length} calls:\n{string.Join('\n', faults)}");
    }

    /// <summary>With right values each function does its work; else the wrong ones would show nothing.</summary>
    [Fact]
    public void WithRightValuesEachFunctionDoesItsWork()
    {
        using World world = new();
        Assert.DoesNotContain(
            Functions.Callable.Select(f => new Call(f, null)).Select(call => $"{call.Name}: {call.Make(world)}"),
            said => !said.EndsWith(": right", StringComparison.Ordinal));
    }

    /// <summary>The other process: calls from a number on, one line each when it is over.</summary>
    public static int Work(string first)
    {
        using World world = new();

        // An empty path is that of the present folder.
        Environment.CurrentDirectory = Directory.CreateDirectory(world.Free()).FullName;
        using Timer watch = new(_ => Process.GetCurrentProcess().Kill());
        foreach (Call call in Call.All.Skip(int.Parse(first, CultureInfo.InvariantCulture)))
        {
            watch.Change(Patience, Timeout.InfiniteTimeSpan);
            Console.WriteLine($"{call.Name}: {call.Make(world)}");
        }

        return 0;
    }

    private static (int Code, string[] Said) Run(int first)
    {
        // Some functions write where they stand.
        using Scratch scratch = new();
        using Process process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, "wrong-inputs", $"{first}"])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = scratch.Folder })!;
        _ = process.StandardError.ReadToEndAsync();
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, said.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
