using System.Buffers.Binary;
using System.Text;
using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

/// <summary>llama2.c checkpoints of versions 0 and 1.</summary>
[Trait("Category", "Fixtures")]
public sealed class Llama2cTests : IDisposable
{
    private const string Story =
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball.";

    private const int Begin = 1;
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string> Stories => Given("stories260K", "*.bin", name => !name.StartsWith("tok", StringComparison.Ordinal));

    // llama2.c's own test: the greedy story from the begin token alone.
    [Theory]
    [MemberData(nameof(Stories))]
    public void Stories260KTellsItsGreedyStory(string file) => FixtureCase.Run("llama2c", file, () =>
        ModelFixtureTests.WithModel(At(file), model => Generation
            .Run(model, null, [new[] { Begin }], new GenerationOptions(60, System.Collections.Immutable.ImmutableHashSet<int>.Empty))
            .Map(answers =>
            {
                string[] pieces = Pieces(At("tok512.bin"));
                Assert.StartsWith(Story, string.Concat(answers[0].Select(id => pieces[id])).TrimStart(), StringComparison.Ordinal);
                return unit;
            })));

    [Fact]
    public void BothVersionsHoldTheSameTensors() => FixtureCase.Run("llama2c", "versions", () =>
        from older in Checkpoints.Open(At("stories260K.bin"))
        from newer in Checkpoints.Open(At("stories260K_v1.bin"))
        select Same(older, newer));

    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(100)]
    [InlineData(1056536)]
    public void ACutFileIsRefused(int bytes) => FixtureCase.Run("llama2c", $"cut at {bytes}", () =>
    {
        string path = scratch.At("cut.bin");
        File.WriteAllBytes(path, File.ReadAllBytes(At("stories260K.bin"))[..bytes]);
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(Checkpoints.Open(path)));
        return unit;
    });

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(2, int.MaxValue)]
    [InlineData(3, 0)]
    [InlineData(4, -1)]
    [InlineData(5, int.MinValue)]
    public void HostileSizesAreRefusedBeforeAnythingIsAllocated(int place, int value) =>
        FixtureCase.Run("llama2c", $"size {place}: {value}", () =>
    {
        string path = scratch.At("hostile.bin");
        byte[] whole = File.ReadAllBytes(At("stories260K.bin"));
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(place * sizeof(int)), value);
        File.WriteAllBytes(path, whole);
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(Checkpoints.Open(path)));
        return unit;
    });

    [Fact]
    public void OtherFilesOfThatEndingAreNamed()
    {
        string path = scratch.At("pytorch_model.bin");
        File.WriteAllBytes(path, [.. "PK\u0003\u0004"u8, .. new byte[40], .. "archive/data.pkl"u8, .. new byte[40]]);
        Assert.Contains("PyTorch", TinyDecoder.Left(Checkpoints.Open(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        Assert.Contains("git-LFS", TinyDecoder.Left(Checkpoints.Open(path)).Message, StringComparison.Ordinal);
        byte[] quantised = new byte[300];
        BinaryPrimitives.WriteUInt32LittleEndian(quantised, 0x616b3432);
        quantised[4] = 2;
        File.WriteAllBytes(path, quantised);
        Assert.IsType<FloeError.Unsupported>(TinyDecoder.Left(Checkpoints.Open(path)));
    }

    private static Unit Same(Checkpoint older, Checkpoint newer)
    {
        using (older)
        using (newer)
        {
            Assert.Equal(older.Config, newer.Config);
            foreach (StoredTensor tensor in older.Weights.Tensors.Values)
            {
                float[] left = new float[tensor.Elements], right = new float[tensor.Elements];
                TinyDecoder.Right(older.Weights.ReadFloat32(tensor.Name, left));
                TinyDecoder.Right(newer.Weights.ReadFloat32(tensor.Name, right));
                Assert.Equal(left, right);
            }

            return unit;
        }
    }

    private static string At(string file) => Path.Combine(FixtureFolders.Assets, "weights", "stories260K", file);

    private static TheoryData<string> Given(string folder, string pattern, Func<string, bool> kept)
    {
        string path = Path.Combine(FixtureFolders.Assets, "weights", folder);
        string[] names = Directory.Exists(path)
            ? [.. Directory.GetFiles(path, pattern).Select(f => Path.GetFileName(f)!).Where(kept).Order(StringComparer.Ordinal)]
            : [];
        return [.. names.DefaultIfEmpty(FixtureFolders.Absent)];
    }

    // llama2.c's tokenizer.bin: the longest piece, then score, length and bytes of each.
    private static string[] Pieces(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        reader.ReadInt32();
        List<string> pieces = [];
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            reader.ReadSingle();
            pieces.Add(Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())));
        }

        return [.. pieces];
    }
}
