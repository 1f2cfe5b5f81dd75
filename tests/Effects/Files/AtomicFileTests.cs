using System.Text;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Files;

public class AtomicFileTests
{
    [Fact]
    public void ANewFileIsWrittenInAFolderThatIsMadeForIt()
    {
        using Scratch scratch = new();
        string path = scratch.At("new", "folder", "a.txt");
        Assert.True(AtomicFile.WriteText(path, "größe\n").IsRight);
        Assert.Equal("größe\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFileAndNoTemporaryOne()
    {
        using Scratch scratch = new();
        string path = scratch.At("a.bin");
        Assert.True(AtomicFile.WriteText(path, "old").IsRight);
        Either<FloeError, Unit> failed = AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("the disk went away");
        });
        Assert.IsType<FloeError.Io>(Errors.Of(failed));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void AnErrorOfTheWriterLeavesTheOldFileAndNoTemporaryOne()
    {
        using Scratch scratch = new();
        string path = scratch.At("a.bin");
        Assert.True(AtomicFile.WriteText(path, "old").IsRight);
        FloeError wrong = new FloeError.BadData("row 3", "a score", "NaN", "Collect it again.");
        Assert.Equal(wrong, Errors.Of(AtomicFile.Write<Unit>(path, stream =>
        {
            stream.WriteByte(1);
            return wrong;
        })));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void TheNextWriteRemovesWhatAKilledProcessLeftAndNothingElse()
    {
        using Scratch scratch = new();
        string written = scratch.At(".a.bin.123-2.tmp");
        string[] others = [written, scratch.At(".a.bin.tmp"), scratch.At(".b.bin.123-1.tmp"), scratch.At("a.bin.123-1.tmp")];
        File.WriteAllText(scratch.At(".a.bin.123-1.tmp"), "left");
        Array.ForEach(others[1..], path => File.WriteAllText(path, "kept"));
        using (new FileStream(written, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.True(AtomicFile.WriteText(scratch.At("a.bin"), "new").IsRight);
        }

        Assert.Equal(
            [.. others.Append(scratch.At("a.bin")).Order(StringComparer.Ordinal)], Directory.GetFiles(scratch.Folder)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFolderInTheWayIsAnIoError()
    {
        using Scratch scratch = new();
        Directory.CreateDirectory(scratch.At("taken"));
        Assert.IsType<FloeError.Io>(Errors.Of(AtomicFile.WriteText(scratch.At("taken"), "x")));
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void AFullDeviceIsAnIoErrorAndStaysADevice()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.False(OperatingSystem.IsLinux(), "/dev/full is missing");
            return;
        }

        FloeError.Io error = Assert.IsType<FloeError.Io>(Errors.Of(AtomicFile.WriteText("/dev/full", "x")));
        Assert.Contains("space", error.Found + error.Remedy, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(4, error.ExitCode);
        Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "still full"));
    }

    [SmallDiskFact]
    public void AFullDiskIsAnIoErrorAndNothingIsLeft()
    {
        using SmallDisk disk = SmallDisk.Mount(1);
        string path = Path.Combine(disk.Folder, "a.bin");
        Assert.True(AtomicFile.WriteText(path, "old").IsRight);
        FloeError.Io error = Assert.IsType<FloeError.Io>(Errors.Of(AtomicFile.WriteBytes(path, new byte[4 << 20])));
        Assert.Contains("Free space", error.Remedy, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(disk.Folder));

        string journal = Path.Combine(disk.Folder, "run.jsonl");
        Assert.True(Journal.Append(journal, """{"a":1}""").IsRight);
        Assert.IsType<FloeError.Io>(Errors.Of(Journal.Append(journal, $$"""{"a":"{{new string('x', 2 << 20)}}"}""")));
        Assert.Equal("{\"a\":1}\n", File.ReadAllText(journal));
    }

    [Fact]
    public void AReaderNeverSeesAHalfWrittenFile()
    {
        using Scratch scratch = new();
        string path = scratch.At("a.bin");
        byte[] old = Encoding.ASCII.GetBytes(new string('o', 1 << 20));
        Assert.True(AtomicFile.WriteBytes(path, old).IsRight);
        Assert.True(AtomicFile.Write(path, stream =>
        {
            for (int i = 0; i < 64; i++)
            {
                stream.Write(new byte[1 << 14]);
                Assert.Equal(old, File.ReadAllBytes(path));
            }
        }).IsRight);
        Assert.Equal(new byte[1 << 20], File.ReadAllBytes(path));
    }
}
