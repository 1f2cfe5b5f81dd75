using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

/// <summary>A GGUF model written as a folder is the same model.</summary>
[Trait("Category", "Fixtures")]
public sealed class ConversionTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<string> Ggufs => FixtureFolders.Files("gguf/model", ".gguf");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Ggufs))]
    public void TheFolderHasTheLogitsOfTheReference(string name) => FixtureCase.Run("gguf/model (converted)", name, () =>
        from written in CheckpointConversion.Run(
            FixtureFolders.At("gguf", "model", name + ".gguf"), scratch.At("f32"), ElementType.F32, _ => { })
        from inputs in PaddedInputs.Read(FixtureFolders.At("gguf", "model", name + ".inputs.safetensors"))
        from logits in Expected.Doubles(FixtureFolders.At("gguf", "model", name + ".outputs.safetensors"), "logits_f64")
        from found in ModelFixtureTests.WithModel(scratch.At("f32"), model => ModelRun.Of(model, null, inputs))
        select ModelFixtureTests.CheckLogits(inputs, logits, found, 2e-4));

    [Theory]
    [MemberData(nameof(Ggufs))]
    public void InBfloat16EachWeightIsTheNearest(string name) => FixtureCase.Run("gguf/model (converted to bfloat16)", name, () =>
        from whole in CheckpointConversion.Run(
            FixtureFolders.At("gguf", "model", name + ".gguf"), scratch.At("f32"), ElementType.F32, _ => { })
        from half in CheckpointConversion.Run(scratch.At("f32"), scratch.At("bf16"), ElementType.BF16, _ => { })
        from exact in SafetensorsFile.Open(scratch.At("f32", "model.safetensors"))
        from rounded in SafetensorsFile.Open(scratch.At("bf16", "model.safetensors"))
        select Near(exact, rounded));

    [Fact]
    public void TheSourceIsNotWrittenOver()
    {
        FloeError error = TinyDecoder.Left(
            CheckpointConversion.Run(scratch.Folder, Path.Combine(scratch.Folder, "."), ElementType.F32, _ => { }));
        Assert.IsType<FloeError.Usage>(error);
    }

    private static Unit Near(SafetensorsFile exact, SafetensorsFile rounded)
    {
        using (exact)
        using (rounded)
        {
            foreach (StoredTensor tensor in exact.Tensors.Values)
            {
                Assert.Equal("BF16", rounded.Tensors[tensor.Name].StoredType);
                float[] from = TinyDecoder.Right(exact.Floats(tensor.Name)), to = TinyDecoder.Right(rounded.Floats(tensor.Name));
                Assert.All(from.Zip(to), pair => Assert.InRange(Math.Abs(pair.Item1 - pair.Item2), 0, Math.Abs(pair.Item1) / 256));
            }

            return unit;
        }
    }
}
