using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>A LoRA in mlx-lm's form: lora_a [in, r] and lora_b [r, out] are read as A and B transposed, and scale as α/r.</summary>
public sealed class MlxAdapterTests
{
    private const string Path0 = "model.layers.1.mlp.up_proj";

    [Fact]
    public void ItsTensorsAreTransposedAndItsScaleIsAlphaOverR()
    {
        using AdapterFolder adapter = Errors.Value(Open(
            """{"fine_tune_type": "lora", "model": "m", "lora_parameters": {"rank": 2, "scale": 10.0, "dropout": 0.25}}"""));
        Assert.Equal("m", adapter.BaseModel);
        Assert.Equal(0.25, adapter.Plan.Dropout);
        (LayerAdapter layer, Projection module) = Assert.Single(adapter.Plan.Sites);
        Assert.Equal((1, 2, Projection.Up), (layer.Layer, layer.Rank, module));
        Assert.Equal(10.0, adapter.Plan.ScaleOf(layer, module));
        float[] a = [.. Enumerable.Range(0, 32).Select(i => (float)(((i % 16) * 2) + (i / 16)))];
        float[] b = [.. Enumerable.Range(0, 40).Select(i => (float)(((i % 2) * 20) + (i / 2)))];
        Assert.Equal(a, Floats(adapter, AdapterNames.Of(1, Projection.Up, "lora_A.weight")));
        Assert.Equal(b, Floats(adapter, AdapterNames.Of(1, Projection.Up, "lora_B.weight")));
    }

    [Theory]
    [InlineData("""{"lora_parameters": {"rank": 2, "scale": 10.0, "alpha": 2}}""", "")]
    [InlineData("""{"peft_type": null, "lora_parameters": {"rank": 2, "scale": 10.0, "dropout": null}, "fine_tune_type": null}""", "")]
    [InlineData("""{"lora_parameters": {"rank": 2, "scale": 10.0, "alpha": 16}}""", "alpha")]
    [InlineData("""{"lora_parameters": {"rank": 4, "scale": 10.0}}""", "rank")]
    [InlineData("""{"lora_parameters": {"rank": 0, "scale": 10.0}}""", "rank")]
    [InlineData("""{"lora_parameters": {"rank": 2}}""", "scale")]
    [InlineData("""{"fine_tune_type": "dora", "lora_parameters": {"rank": 2, "scale": 10.0}}""", "dora")]
    [InlineData("""{"fine_tune_type": "full"}""", "full")]
    public void AConfigurationIsReadOrItsKeyIsNamed(string config, string key)
    {
        Either<FloeError, AdapterFolder> opened = Open(config);
        Assert.Equal(key.Length == 0, opened.IsRight);
        opened.IfRight(adapter => adapter.Dispose());
        Assert.True(opened.IsRight || Errors.Of(opened).Message.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void ATensorThatIsNoMatrixIsNamed(int dimensions) =>
        Assert.Contains(
            "number of dimensions, 2",
            Errors.Of(Open("""{"lora_parameters": {"rank": 2, "scale": 10.0}}""", [.. Enumerable.Repeat(2, dimensions)])).Message,
            StringComparison.Ordinal);

    /// <summary>An adapter that mlx-lm trained on Qwen2.5-0.5B.</summary>
    [Fact]
    public void OneThatMLXTrainedIsRead()
    {
        string folder = Path.Combine(FixtureFolders.Assets, "peft", "mlx_test_dpo_adapters");
        if (!Directory.Exists(folder))
        {
            FixtureCase.Run("peft/mlx_test_dpo_adapters", FixtureFolders.Absent, () => unit);
            return;
        }

        Assert.Contains(
            "has 3 layers, found layer 22", Errors.Of(AdapterFolders.Open(folder, AdapterCase.Model)).Message, StringComparison.Ordinal);
        DecoderConfig qwen = new("qwen2", 151936, 896, 24, 14, 2, 64, 4864, 32768, 1e-6, 1e6, new RopeScaling.None(), true, true, false);
        using AdapterFolder adapter = Errors.Value(AdapterFolders.Open(folder, qwen));
        Assert.Equal(["22 q_proj 20", "22 v_proj 20", "23 q_proj 20", "23 v_proj 20"],
            adapter.Plan.Sites.Select(site => $"{site.Layer.Layer} {site.Module.Name()} {adapter.Plan.ScaleOf(site.Layer, site.Module)}"));
    }

    private static Either<FloeError, AdapterFolder> Open(string config, int[]? shape = null)
    {
        string folder = Directory.CreateTempSubdirectory("floe-adapter-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, AdapterConfigFile.Name), config);
            Errors.Value(SafetensorsWriter.Write(
                Path.Combine(folder, MlxAdapter.TensorFile),
                [Counted($"{Path0}.lora_a", shape ?? [16, 2]), Counted($"{Path0}.lora_b", 2, 20)],
                new Dictionary<string, string>()));
            return AdapterFolders.Open(folder, AdapterCase.Model);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static OutgoingTensor Counted(string name, params int[] shape) =>
        OutgoingTensor.Float32(
            name, toArray(shape.Select(size => (long)size)),
            () => Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => (float)i).ToArray());

    private static float[] Floats(AdapterFolder adapter, string name)
    {
        float[] values = new float[adapter.Tensors.Tensors[name].Elements];
        Errors.Value(adapter.Tensors.ReadFloat32(name, values));
        return values;
    }
}
