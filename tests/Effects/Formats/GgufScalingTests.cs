using System.Buffers.Binary;
using System.Text;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Gguf;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>Rotary scaling of a GGUF model. A factor without a type is linear, as llama.cpp reads it.</summary>
public sealed class GgufScalingTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AFactorWithoutATypeIsLinear() => Assert.Equal(new RopeScaling.Linear(4), Scaling(Number("llama.rope.scaling.factor", 4)));

    [Fact]
    public void TheOlderKeyCountsWhereTheNewerIsAbsent()
    {
        Assert.Equal(new RopeScaling.Linear(4), Scaling(Number("llama.rope.scale_linear", 4)));
        Assert.Equal(new RopeScaling.Linear(2), Scaling(Number("llama.rope.scale_linear", 4), Number("llama.rope.scaling.factor", 2)));
    }

    [Fact]
    public void TheTypeNoneTurnsTheFactorOff() =>
        Assert.Equal(new RopeScaling.None(), Scaling(Text("llama.rope.scaling.type", "none"), Number("llama.rope.scaling.factor", 4)));

    // The fixture's model with more metadata in front; a last entry fills them up to the alignment, so that tensors stay where they were.
    private RopeScaling Scaling(params byte[][] entries)
    {
        byte[] whole = File.ReadAllBytes(
            Directory.GetFiles(FixtureFolders.At("gguf", "model"), "llama_gqa_tied*.gguf").Order(StringComparer.Ordinal).First());
        byte[] added = [.. entries.SelectMany(entry => entry)];
        byte[] filler = Text("filler", new string('x', (64 - ((added.Length + Text("filler", "").Length) % 32)) % 32));
        BinaryPrimitives.WriteInt64LittleEndian(
            whole.AsSpan(16), BinaryPrimitives.ReadInt64LittleEndian(whole.AsSpan(16)) + entries.Length + 1);
        string path = scratch.At("scaled.gguf");
        File.WriteAllBytes(path, [.. whole[..24], .. added, .. filler, .. whole[24..]]);
        using GgufFile file = TinyDecoder.Right(GgufFile.Open(path));
        return TinyDecoder.Right(GgufDecoder.Read(file)).Rope;
    }

    private static byte[] Number(string key, float value) => [.. Key(key), .. BitConverter.GetBytes(6), .. BitConverter.GetBytes(value)];

    private static byte[] Text(string key, string value) => [.. Key(key), .. BitConverter.GetBytes(8), .. Key(value)];

    private static byte[] Key(string key) => [.. BitConverter.GetBytes((long)key.Length), .. Encoding.ASCII.GetBytes(key)];
}
