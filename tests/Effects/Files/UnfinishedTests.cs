using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Files;

/// <summary>A result that is not finished is refused, the old one is gone from the start, and following the message helps.</summary>
public sealed class UnfinishedTests : IDisposable
{
    private static readonly string[] Results = ["a.txt", "parts/0.txt", "deep"];
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AWholeResultIsNotMarkedAndTheOldOneIsGoneWhileItIsWritten()
    {
        Write("a.txt", "parts/0.txt", "parts/mine.txt", "deep/b/c.txt", "deep/.state", "other.txt");
        Errors.Value(Unfinished.Writing(scratch.Folder, "floe test", Results, () =>
        {
            Assert.Equal([".state", "mine.txt", "other.txt"], Files().Where(name => !name.StartsWith(".unf", StringComparison.Ordinal)));
            Assert.All(Results, name => Assert.True(Check(name).IsLeft, name));
            Write("a.txt");
            return Right<FloeError, Unit>(unit);
        }));
        Assert.All(Results.Append(""), name => Assert.True(Check(name).IsRight, name));
        Assert.Equal([".state", "a.txt", "mine.txt", "other.txt"], Files());
    }

    [Fact]
    public void AfterAnErrorWhatIsReadOfItIsRefusedUntilItIsWrittenOrTheMarkIsRemoved()
    {
        Write("other.txt");
        FloeError io = new FloeError.Io("x", "write", "full", "Free space.");
        Assert.True(Unfinished.Writing(scratch.Folder, "floe test", Results, () =>
        {
            Write("a.txt");
            return Left<FloeError, Unit>(io);
        }).IsLeft);
        Assert.All(["", "a.txt", "parts/0.txt", "deep", "deep/b/c.txt"], name =>
        {
            FloeError.BadData error = Assert.IsType<FloeError.BadData>(
                Check(name).Match(Right: _ => throw new InvalidOperationException(name), Left: e => e));
            Assert.Contains("floe test", error.Message, StringComparison.Ordinal);
        });
        Assert.All(["other.txt", "parts/1.txt", "a.txt.more", "deeper"], name => Assert.True(Check(name).IsRight, name));
        Assert.True(Unfinished.Check(scratch.At("a.txt"), "floe test", [scratch.Folder]).IsRight, "the command itself goes on with it");
        Assert.True(Unfinished.Check(scratch.At("a.txt"), "floe another", [scratch.Folder]).IsLeft);

        string said = Check("a.txt").Match(Right: _ => "", Left: e => e.Message);
        File.Delete(said[(said.IndexOf("remove ", StringComparison.Ordinal) + 7)..].TrimEnd('.'));
        Assert.True(Check("a.txt").IsRight);
    }

    [Fact]
    public void AnErrorBeforeAnythingWasWrittenLeavesNoMark()
    {
        FloeError io = new FloeError.Io("x", "write", "full", "Free space.");
        string folder = scratch.At("fresh");
        Assert.True(Unfinished.Writing(folder, "floe test", Results, () => Left<FloeError, Unit>(io)).IsLeft);
        Assert.False(Directory.Exists(folder));
    }

    private Either<FloeError, Unit> Check(string name) => Unfinished.Check(scratch.At(name), "floe reader", []);

    private string[] Files() =>
        [.. Directory.GetFiles(scratch.Folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal)];

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scratch.At(name))!);
            File.WriteAllText(scratch.At(name), name);
        }
    }
}
