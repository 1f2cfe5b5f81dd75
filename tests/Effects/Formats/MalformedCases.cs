using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>Lists of damaged files, and what must hold for every one of them.</summary>
internal static class MalformedCases
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Warm = new(StringComparer.Ordinal);
    private const int SmallStack = 256 * 1024;
    private const long AllowedFactor = 48;
    private const long AllowedAlways = 4 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The files of a list, of some kinds where the list has kinds.</summary>
    public static TheoryData<string> Files(string list, params string[] kinds)
    {
        string path = FixtureFolders.At("malformed", list + ".jsonl");
        TheoryData<string> cases = [];
        foreach (JsonElement line in File.Exists(path) ? File.ReadLines(path).Select(l => JsonElement.Parse(l)) : [])
        {
            if (kinds.Length == 0 || kinds.Contains(line.GetProperty("kind").GetString()))
            {
                cases.Add(line.GetProperty("file").GetString()!);
            }
        }

        if (cases.Count == 0)
        {
            cases.Add(FixtureFolders.Absent);
        }

        return cases;
    }

    /// <summary>A path inside a list's folder.</summary>
    public static string At(string list, string name) => FixtureFolders.At("malformed", list, name);

    /// <summary>The line of a file.</summary>
    public static JsonElement Line(string list, string file) =>
        File.ReadLines(FixtureFolders.At("malformed", list + ".jsonl"))
            .Select(l => JsonElement.Parse(l))
            .Single(l => l.GetProperty("file").GetString() == file);

    /// <summary>
    /// Reads a damaged file in a thread with a small stack: in time, with memory bounded by its size, without an exception, and ending as
    /// its line says. <paramref name="read"/> compares what it could read with the undamaged file itself.
    /// </summary>
    public static Either<FloeError, Unit> Check(string list, string file, Func<string, Either<FloeError, Unit>> read)
    {
        string path = At(list, file), expect = Line(list, file).GetProperty("expect").GetString()!;
        long size = File.Exists(path) ? new FileInfo(path).Length : Directory.GetFiles(path).Sum(f => new FileInfo(f).Length);
        long allocated = 0;
        Exception? thrown = null;
        Either<FloeError, Unit> result = default;
        Thread thread = new(
            () =>
            {
                long before = 0;
                try
                {
                    // What a program keeps for good, such as tables of names, is not the file's.
                    result = Warm.TryAdd(list, true) ? read(path) : result;
                    before = GC.GetAllocatedBytesForCurrentThread();
                    result = read(path);
                }
                catch (Exception e)
                {
                    thrown = e;
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            },
            SmallStack)
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Limit), $"no answer in {Limit.TotalSeconds} s");
        Assert.True(thrown is null, $"thrown: {thrown}");
        Assert.True(allocated <= AllowedAlways + (size * AllowedFactor), $"{allocated} bytes allocated for a file of {size}");
        string message = result.Match(Right: _ => "", Left: error => error.Message);
        Assert.True(expect != "error" || result.IsLeft, "was read although damaged");
        Assert.True(expect != "read" || result.IsRight, message);
        Assert.True(result.IsRight || message.Length is > 20 and < 20_000, "a message that says what is wrong");
        return Prelude.unit;
    }

    /// <summary>Reads every tensor; those that the undamaged source has too, by name, type and shape, must have its values, NaN
    /// aside.</summary>
    public static Either<FloeError, Unit> ReadLike(IWeightSource sound, IWeightSource found)
    {
        using (sound)
        using (found)
        {
            foreach (StoredTensor tensor in found.Tensors.Values)
            {
                float[] values = new float[tensor.Elements];
                Either<FloeError, Unit> read = found.ReadFloat32(tensor.Name, values);
                if (read.IsLeft)
                {
                    return read;
                }

                if (sound.Tensors.TryGetValue(tensor.Name, out StoredTensor? same) && same == tensor)
                {
                    float[] expected = new float[tensor.Elements];
                    sound.ReadFloat32(tensor.Name, expected).IfLeft(e => Assert.Fail(e.Message));
                    Assert.All(
                        values.Zip(expected), pair =>
                            Assert.True(
                                float.IsNaN(pair.Item1) || pair.Item1 == pair.Item2, $"{tensor.Name}: {pair.Item1} for {pair.Item2}"));
                }
            }

            return Prelude.unit;
        }
    }
}
