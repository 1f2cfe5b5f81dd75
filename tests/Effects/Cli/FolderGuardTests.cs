using System.CommandLine;
using Floe.Cli.Commands;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>
/// Every command that writes into a folder takes it first, and every command that reads a path refuses one that is not finished: over all
/// commands as the parser knows them, so that a new one is held to it too.
/// </summary>
public sealed class FolderGuardTests : IDisposable
{
    private static readonly string[] Written = ["--out", "--pictures", "--tasks"];
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string, string> Writers
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string line, FloeCommand command) in Commands())
            {
                foreach (Option option in command.Options.Where(option => Written.Contains(option.Name) && option.HelpName == "FOLDER"))
                {
                    data.Add(line, option.Name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string, string> Readers
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string line, FloeCommand command) in Commands())
            {
                foreach (Argument argument in command.Arguments)
                {
                    data.Add(line, argument.Name);
                }

                foreach (
                    Option option in command.Options.Where(o => o.HelpName is "FILE" or "FOLDER" or "PATH" && !Written.Contains(o.Name)))
                {
                    data.Add(line, option.Name);
                }
            }

            return data;
        }
    }

    [Fact]
    public void TheCommandsAreMet()
    {
        Assert.InRange(Writers.Count, 10, 40);
        Assert.InRange(Readers.Count, 25, 90);
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void AFolderThatAnotherCallWritesIsRefused(string command, string option)
    {
        string folder = scratch.At("taken");
        using (Errors.Value(FolderLock.Take(folder, "floe other")))
        {
            FloeProcess floe = Embedded.Run([.. Line(command, option, folder)]);
            Assert.True(floe.Code == 4, $"{floe.Code}: {floe.Out}{floe.Error}");
            Assert.Contains(folder, floe.Error, StringComparison.Ordinal);
            Assert.Contains($"floe other, process {Environment.ProcessId}", floe.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder), "a folder that was made for nothing is gone");
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void WhatIsNotFinishedIsNotRead(string command, string input)
    {
        string folder = scratch.At("cut");
        Errors.Value(Unfinished.Mark(folder, "floe other", ["file.parquet"]));
        foreach (string path in new[] { folder, Path.Combine(folder, "file.parquet") })
        {
            File.WriteAllText(Path.Combine(folder, "file.parquet"), "");
            FloeProcess floe = Embedded.Run([.. Line(command, input, path)]);
            Assert.True(floe.Code == 3, $"{floe.Code}: {floe.Out}{floe.Error}");
            Assert.Contains("what floe other has begun and not finished", floe.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WorkersOfOneStudyShareAFolderAndAnotherStudyIsKeptOut()
    {
        string folder = scratch.At("study");
        string[] first = ["ranks", Plan(), "--ranks", "1-2", "--trials", "1", "--seeds", "1", "--measure", "1", "--out", folder];
        IDisposable one = Errors.Value(FolderLock.Join(folder, "floe ranks of the study tiny", "of one"));
        using (Errors.Value(FolderLock.Join(folder, "floe ranks of the study tiny", "of one")))
        {
            one.Dispose();
            FloeProcess other = Embedded.Run(first);
            Assert.True(other.Code == 4, $"{other.Code}: {other.Out}{other.Error}");
            Assert.Contains("floe ranks of the study tiny, process", other.Error, StringComparison.Ordinal);
            Assert.True(FolderLock.Take(folder, "floe adapt").IsLeft, "who takes it alone is kept out too");
            Assert.True(FolderLock.Join(folder, "floe ranks", "of another").IsLeft);
            Errors.Value(FolderLock.Join(folder, "floe ranks", "of one")).Dispose();
        }

        Assert.False(Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(), "the last one has freed it");
        Errors.Value(FolderLock.Take(folder, "floe adapt")).Dispose();
    }

    [Fact]
    public void OfManyWhoJoinAtOnceThoseOfOneWorkAreTogetherAndNoOther()
    {
        string folder = scratch.At("race");
        for (int round = 0; round < 20; round++)
        {
            Either<FloeError, IDisposable>[] held = new Either<FloeError, IDisposable>[6];
            Parallel.For(0, held.Length, i => held[i] = FolderLock.Join(folder, "floe ranks", i % 2 == 0 ? "even" : "odd"));
            bool[] in0 = [.. held.Select(h => h.IsRight)];
            Assert.True(in0.Any(inside => inside), "somebody is in");
            Assert.False(in0.Where((inside, i) => inside && i % 2 == 0).Any() && in0.Where((inside, i) => inside && i % 2 == 1).Any());
            Assert.All(held, h => h.IfRight(one => one.Dispose()));
            Errors.Value(FolderLock.Take(folder, "floe adapt")).Dispose();
        }
    }

    [Fact]
    public void TheLockIsFreeWhenItsHolderIsKilled()
    {
        using System.Diagnostics.Process floe = FloeProcess.Start(
            "corpus", "--documents", "10000000", "--out", scratch.At("killed"));
        while (!File.Exists(scratch.At("killed", ".lock-holder")))
        {
            Assert.False(floe.HasExited);
            Thread.Sleep(5);
        }

        FloeError error = FolderLock.Take(scratch.At("killed"), "floe test")
            .Match(Right: _ => throw new InvalidOperationException("it was taken"), Left: e => e);
        Assert.Contains($"floe corpus, process {floe.Id}", error.Message, StringComparison.Ordinal);
        Assert.True(FolderLock.Take(scratch.At("killed", "inside", "deep"), "floe test").IsLeft, "a folder inside it is its own too");
        floe.Kill();
        floe.WaitForExit();
        Errors.Value(FolderLock.Take(scratch.At("killed"), "floe test")).Dispose();
        Assert.False(File.Exists(scratch.At("killed", ".lock")));
    }

    // Whatever else the command needs is not there: what is asked here is asked before.
    private string[] Line(string command, string symbol, string path)
    {
        (_, FloeCommand found) = Commands().First(c => c.Line == command);
        List<string> line = [.. command.Split(' ')];
        foreach (Argument argument in found.Arguments)
        {
            line.Add(argument.Name == symbol ? path
                : argument.Name == "plan" && symbol == "--out" ? Plan()
                : argument.Name == "what" ? "selection"
                : scratch.At("missing"));
        }

        foreach (Option option in found.Options.Where(o => o.Required || o.Name == symbol))
        {
            line.AddRange([option.Name, option.Name == symbol ? path : option.HelpName == "N" ? "3" : scratch.At("missing")]);
        }

        return command == "quickstart" && symbol == "--out" ? [.. line, "--plan", Plan()] : [.. line];
    }

    private string Plan()
    {
        string plan = scratch.At("plan.yaml");
        string sample = Embedded.Sample(scratch);
        File.WriteAllText(plan, $"name: tiny\nmodel: {Embedded.Model}\nsample: [{{ data: {sample} }}]\nheldout: [{{ data: {sample} }}]\n");
        return plan;
    }

    private static IEnumerable<(string Line, FloeCommand Command)> Commands() => Under("", Catalogue.Root([]));

    private static IEnumerable<(string Line, FloeCommand Command)> Under(string line, Command command) =>
        command.Subcommands.SelectMany(sub => sub is FloeCommand floe ? [($"{line}{sub.Name}", floe)] : Under($"{line}{sub.Name} ", sub));
}
