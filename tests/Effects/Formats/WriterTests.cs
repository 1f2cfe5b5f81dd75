using System.Text.Json;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public sealed class WriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("floe-writer-").FullName;

    public static TheoryData<string> Files => FixtureFolders.Files("safetensors/good", ".safetensors");

    public static TheoryData<string> Models => FixtureFolders.Folders("models");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>What was read is written and read again: names, types, shapes, bytes and metadata stay. A file that the library wrote keeps
    /// its data order.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    [Trait("Category", "Fixtures")]
    public void AFileSurvivesBeingWritten(string name) => FixtureCase.Run("safetensors/good (written)", name, () =>
    {
        string path = Path.Combine(folder, "copy.safetensors");
        return from source in SafetensorsFile.Open(FixtureFolders.At("safetensors/good", name + ".safetensors"))
               from written in SafetensorsWriter.Write(path, source.Tensors.Values.Select(t => Copy(source, t)), source.Metadata)
               from copy in SafetensorsFile.Open(path)
               select Same(source, copy, path, ExpectedJson.Read(FixtureFolders.At("safetensors/good", name + ".json")));
    });

    [Theory]
    [MemberData(nameof(Models))]
    [Trait("Category", "Fixtures")]
    public void AModelSurvivesBeingWritten(string name) => FixtureCase.Run("models (written)", name, () =>
        from source in Checkpoints.Open(FixtureFolders.At("models", name))
        from singles in CheckpointWriter.Write(folder, source.Config, ElementType.F32, tensor => Floats(source.Weights, tensor))
        from copy in Checkpoints.Open(folder)
        let same = SameModel(source, copy)
        from halves in CheckpointWriter.Write(folder, source.Config, ElementType.BF16, tensor => Floats(copy.Weights, tensor))
        from rounded in Checkpoints.Open(folder)
        select Rounded(copy, rounded));

    [Fact]
    public void Bfloat16RoundsToNearestAndTiesToEven()
    {
        ushort[] found = new ushort[6];
        SmallFloats.SingleToBrain([1f, 1f + (1f / 256), 1f + (3f / 256), float.NegativeInfinity, float.NaN, 3.4e38f], found);
        Assert.Equal([0x3F80, 0x3F80, 0x3F82, 0xFF80, 0x7F80], found.Take(4).Append((ushort)(found[4] & 0x7F80)));
        Assert.NotEqual(0, found[4] & 0x7F);
        Assert.Equal(0x7F80, found[5]);
    }

    [Fact]
    public void AHashDependsOnTheWeightsAndNotOnTheFolder()
    {
        string one = Path.Combine(folder, "one"), other = Path.Combine(folder, "other");
        DecoderConfig config = new("llama", 4, 4, 1, 1, 1, 4, 4, 8, 1e-5, 10000, new RopeScaling.None(), true, false, false);
        string Written(string path, float value) => (
            from written in CheckpointWriter.Write(path, config, ElementType.F32, name => Values(config, name, value))
            from hash in ContentHash.Of(path)
            select hash).IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message));
        string first = Written(one, 1);
        Assert.Equal(64, first.Length);
        Assert.Equal(first, Written(other, 1));
        Assert.NotEqual(first, Written(other, 2));
    }

    [Fact]
    public void ATensorOfTheWrongLengthLeavesNoFile()
    {
        string path = Path.Combine(folder, "short.safetensors");
        OutgoingTensor tensor = OutgoingTensor.Float32("a", new Arr<long>([3]), () => new float[2]);
        Assert.True(SafetensorsWriter.Write(path, [tensor], new Dictionary<string, string>()).IsLeft);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private static float[] Values(DecoderConfig config, string name, float value)
    {
        float[] values = new float[DecoderLayout.TensorsOf(config).Single(t => t.Name == name).Shape.Fold(1L, (a, b) => a * b)];
        System.Array.Fill(values, value);
        return values;
    }

    private static OutgoingTensor Copy(SafetensorsFile source, StoredTensor tensor) => new(
        tensor.Name,
        ElementTypes.Parse("", tensor.StoredType).IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message)),
        tensor.Shape,
        () => [Bytes(source, tensor.Name)]);

    private static byte[] Bytes(SafetensorsFile file, string name) =>
        file.Bytes(name).IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message));

    private static Unit Same(SafetensorsFile source, SafetensorsFile copy, string path, JsonElement json)
    {
        using (source)
        using (copy)
        {
            Assert.Equal(source.Metadata, copy.Metadata);
            Assert.Equal(
                source.Tensors.Values.OrderBy(
                    t => t.Name, StringComparer.Ordinal), copy.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal));
            Assert.All(source.Tensors.Keys, name => Assert.Equal(Bytes(source, name), Bytes(copy, name)));
            if (json.TryGetProperty("header_text", out _))
            {
                Assert.Equal(AfterMetadata(source.Path), AfterMetadata(path));
            }

            return unit;
        }
    }

    /// <summary>The bytes of a file that the library wrote, from the end of the metadata on, whose own order the library leaves to
    /// chance.</summary>
    private static byte[] AfterMetadata(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes[bytes.AsSpan().IndexOf((byte)'}')..];
    }

    private static Unit SameModel(Checkpoint source, Checkpoint copy)
    {
        Assert.Equal(source.Config, copy.Config);
        Assert.All(copy.Weights.Tensors.Keys, name => Assert.Equal(Floats(source.Weights, name), Floats(copy.Weights, name)));
        source.Dispose();
        return unit;
    }

    private static Unit Rounded(Checkpoint copy, Checkpoint rounded)
    {
        using (copy)
        using (rounded)
        {
            Assert.All(rounded.Weights.Tensors.Values, tensor => Assert.Equal("BF16", tensor.StoredType));
            Assert.All(rounded.Weights.Tensors.Keys, name => Assert.All(
                Floats(copy.Weights, name).Zip(Floats(rounded.Weights, name)),
                pair => Assert.InRange(MathF.Abs(pair.Item2 - pair.Item1), 0, MathF.Abs(pair.Item1) / 256)));
            return unit;
        }
    }

    private static float[] Floats(IWeightSource source, string name)
    {
        float[] values = new float[source.Tensors[name].Elements];
        source.ReadFloat32(name, values).IfLeft(e => Assert.Fail(e.Message));
        return values;
    }
}
