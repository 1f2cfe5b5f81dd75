using System.CommandLine;
using System.Diagnostics;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Cli;

public class SignalTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void ASignalEndsACommandAtOnceAndLeavesNoHalfFile(string signal, int code)
    {
        using Scratch scratch = new();
        using Process process = StartWork("writes", scratch.Folder, "*.tmp");
        FloeProcess.Send(signal, process);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(code, process.ExitCode);
        Assert.Empty(Directory.GetFiles(scratch.Folder, ".*"));
        Assert.False(File.Exists(scratch.At("out.bin")));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void ACommandThatStopsItselfSavesFirst(string signal, int code)
    {
        using Scratch scratch = new();
        using Process process = StartWork("saves", scratch.Folder, "started");
        FloeProcess.Send(signal, process);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(code, process.ExitCode);
        Assert.Equal("saved", File.ReadAllText(scratch.At("checkpoint")));
    }

    [Fact]
    public async Task TheSecondSignalEndsAtOnce()
    {
        using Scratch scratch = new();
        using Process process = StartWork("deaf", scratch.Folder, "started");
        FloeProcess.Send("INT", process);
        string? said = await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith("stopping after this step", said, StringComparison.Ordinal);
        Assert.False(process.HasExited);
        FloeProcess.Send("INT", process);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void ASignalAfterTheCommandRunsNothingOfAnExit()
    {
        using Scratch scratch = new();
        using Process process = StartWork("over", scratch.Folder, "over");
        FloeProcess.Send("TERM", process);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(143, process.ExitCode);
        Assert.False(File.Exists(scratch.At("exit")));
    }

    /// <summary>The other process: a command line with one command that works for a long time, or one that is over while the process is
    /// not.</summary>
    public static int Work(string kind, string folder)
    {
        int code = RunProcess(kind, folder);
        if (kind != "over")
        {
            return code;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllText(Path.Combine(folder, "exit"), "");
        File.WriteAllText(Path.Combine(folder, "over"), "");
        Thread.Sleep(Timeout.Infinite);
        return code;
    }

    private static int RunProcess(string kind, string folder) => Host.RunProcess(["work"], _ =>
    {
        RootCommand root = new();
        root.Subcommands.Add(new FloeCommand("work", "", "", [], call => kind switch
        {
            "writes" => AtomicFile.Write(Path.Combine(folder, "out.bin"), stream =>
            {
                for (; ; Thread.Sleep(10))
                {
                    stream.WriteByte(1);
                }
            }),
            "saves" => Started(folder).Bind(_ =>
            {
                call.Terminal.Stop.WaitHandle.WaitOne();
                return AtomicFile.WriteText(Path.Combine(folder, "checkpoint"), "saved");
            }),
            "over" => unit,
            _ => Started(folder).Map(_ =>
            {
                Thread.Sleep(Timeout.Infinite);
                return unit;
            }),
        })
        { StopsItself = kind != "writes" });
        return root;
    });

    private static Either<FloeError, Unit> Started(string folder) => AtomicFile.WriteText(Path.Combine(folder, "started"), "");

    private static Process StartWork(string kind, string folder, string until)
    {
        // A shell's background job passes an ignored SIGINT on; the command is to meet the signal as at a prompt.
        Process process = Process.Start(new ProcessStartInfo(
            "env",
                ["--default-signal=INT,TERM", Environment.ProcessPath!, "exec", typeof(Program).Assembly.Location, "signals", kind, folder])
        { RedirectStandardError = true })!;
        Stopwatch patience = Stopwatch.StartNew();
        while (Directory.GetFiles(folder, until).Length == 0)
        {
            Assert.False(process.HasExited, "the command ended by itself");
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "the command does not start");
            Thread.Sleep(5);
        }

        return process;
    }
}
