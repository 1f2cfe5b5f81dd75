using System.Diagnostics;
using Floe.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Files;

public class KilledWriterTests
{
    private const int Size = 3 << 20;

    [Fact]
    public void AKilledProcessLeavesWholeFilesAndAJournalThatGoesOn()
    {
        using Scratch scratch = new();
        string file = scratch.At("table.bin");
        string journal = scratch.At("run.jsonl");
        Random random = new(7);
        for (int round = 0; round < 4; round++)
        {
            using Process writer = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, "write-until-stopped", scratch.Folder]))!;
            long before = Lines(journal);
            Stopwatch patience = Stopwatch.StartNew();
            while (Lines(journal) < before + 3)
            {
                Assert.False(writer.HasExited, "the writer ended by itself");
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "the writer does not write");
                Thread.Sleep(5);
            }

            Thread.Sleep(random.Next(60));
            writer.Kill();
            writer.WaitForExit();

            byte[] whole = File.ReadAllBytes(file);
            Assert.Equal(Size, whole.Length);
            Assert.Equal(-1, whole.AsSpan().IndexOfAnyExcept(whole[0]));

            int lines = Errors.Value(Journal.Read(journal)).Lines.Count;
            Assert.True(Journal.Append(journal, """{"resumed":true}""").IsRight);
            JournalContents resumed = Errors.Value(Journal.Read(journal));
            Assert.True(resumed.Warning.IsNone);
            Assert.Equal(lines + 1, resumed.Lines.Count);
        }
    }

    /// <summary>The other process: writes one file and one journal over and over.</summary>
    public static int WriteUntilStopped(string folder)
    {
        for (byte generation = 1; ; generation++)
        {
            Either<Floe.Domain.FloeError, Unit> written = AtomicFile.Write(Path.Combine(folder, "table.bin"), stream =>
            {
                byte[] part = new byte[1 << 16];
                Array.Fill(part, generation);
                for (int i = 0; i < Size / part.Length; i++)
                {
                    stream.Write(part);
                }
            }).Bind(_ => Journal.Append(Path.Combine(folder, "run.jsonl"), $$"""{"text":"{{new string('x', 20_000)}}"}"""));
            if (written.IsLeft)
            {
                return 1;
            }
        }
    }

    private static long Lines(string journal) => File.Exists(journal) ? File.ReadAllBytes(journal).LongCount(b => b == (byte)'\n') : 0;
}
