using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Merged weights are PEFT's, and the merged model does what model and adapter do.</summary>
[Trait("Category", "Fixtures")]
public sealed class MergeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("floe-merge-").FullName;

    public static TheoryData<string> Folders => FixtureFolders.FoldersWith("adapters", "adapter_model.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Folders))]
    public void TheMergedModelDoesTheSameAndItsWeightsAreTheReferences(string name) => FixtureCase.Run("adapters (merged)", name, () =>
    {
        string adapter = FixtureFolders.At("adapters", name), merged = Path.Combine(folder, "merged");
        JsonElement expected = Expected.Json(Path.Combine(adapter, "expected.json"));
        string model = FixtureFolders.At("models", expected.GetProperty("base_model").GetString()!);
        return from inputs in PaddedInputs.Read(Path.Combine(adapter, "inputs.safetensors"))
               from beside in ModelFixtureTests.WithModel(model, decoder =>
                   AdapterCase.WithAdapter(
                       adapter, decoder, adapters => ModelRun.Of(decoder, adapters, inputs).Map(run => (Run: run, adapters.Plan.Kind))))
               from written in AdapterMerge.Run(model, adapter, merged, Some(ElementType.F32), _ => { })
               from alone in ModelFixtureTests.WithModel(merged, decoder => ModelRun.Of(decoder, null, inputs))
               from same in Weights(Path.Combine(adapter, "merged_weights.safetensors"), Path.Combine(merged, "model.safetensors"))
               select Close(beside.Run, alone, model.EndsWith("gemma2", StringComparison.Ordinal) ? 2e-4 : 1e-4);
    });

    [Fact]
    public void ARoutedKindIsRefusedByNameAndNothingIsWritten()
    {
        string adapter = FixtureFolders.At("adapters", "hydralora_1A3B_gud_layers02"), merged = Path.Combine(folder, "routed");
        if (!Directory.Exists(adapter))
        {
            FixtureCase.Run("adapters/hydralora", FixtureFolders.Absent, () => unit);
            return;
        }

        FloeError error = TinyDecoder.Left(AdapterMerge.Run(FixtureFolders.At("models", "llama_mha"), adapter, merged, None, _ => { }));
        Assert.Contains("Hydra", Assert.IsType<FloeError.Unsupported>(error).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(merged));
    }

    /// <summary>A fused matrix takes each linear layer's part; a bias is scaled with its rows where the kind scales an output.</summary>
    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    [InlineData("ia3")]
    public void BiasesAndFusedMatricesAreMergedToo(string name) => TinyDecoder.With(
        TinyDecoder.Config with { Architecture = "phi3", AttentionBias = false, OutputBias = false, MlpBias = false,
            FusedProjections = true }, (_, fused) =>
            TinyDecoder.With(model =>
    {
        foreach (Decoder decoder in (Decoder[])[model, fused])
        {
            AdapterKind kind = AdapterKind.Named(name).IfNone(() => throw new InvalidOperationException(name));
            using AdapterSet adapters = TinyDecoder.Right(
                AdapterSets.Create(new AdapterSettings(kind, 2, 4, 0, 1, Projections.All).On([0, 2]), decoder, 1));
            Stir(adapters);

            string saved = Path.Combine(folder, "saved"), plain = Path.Combine(folder, "plain");
            TinyDecoder.Right(AdapterSets.Save(saved, adapters, decoder.Config, "base"));
            TinyDecoder.Right(
                Floe.Effects.Formats.HuggingFace.CheckpointWriter.Write(
                    plain, decoder.Config, ElementType.F32, tensor => DecoderValues.Of(decoder, tensor)));
            TinyDecoder.Right(AdapterMerge.Run(plain, saved, Path.Combine(folder, "merged"), None, _ => { }));
            PaddedInputs inputs = new([[1, 2, 3, 4, 5]], [[1, 1, 1, 1, 1]], [[-100, -100, 3, 4, 5]]);
            ModelRun beside = TinyDecoder.Right(ModelRun.Of(decoder, adapters, inputs));
            TinyDecoder.Right(
                ModelFixtureTests.WithModel(
                    Path.Combine(folder, "merged"), merged => ModelRun.Of(merged, null, inputs).Map(alone => Close(beside, alone))));
        }
    }));

    private static void Stir(AdapterSet adapters)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach (TorchSharp.Modules.Parameter parameter in adapters.Parameters)
        {
            parameter.add_(randn(parameter.shape).mul_(0.3)).DetachFromDisposeScope();
        }
    }

    private static LanguageExt.Unit Close(ModelRun beside, ModelRun alone, double tolerance = 1e-4)
    {
        for (int row = 0; row < beside.Logits.Length; row++)
        {
            Expected.Close($"logits of row {row}", beside.Logits[row], alone.Logits[row], tolerance);
        }

        return unit;
    }

    private static Either<FloeError, LanguageExt.Unit> Weights(string reference, string merged)
    {
        if (!File.Exists(reference))
        {
            return unit;
        }

        return from wanted in SafetensorsFile.Open(reference)
               from names in Closing(wanted, () => Right<FloeError, string[]>([.. wanted.Tensors.Keys]))
               from each in names.Aggregate(Right<FloeError, LanguageExt.Unit>(unit), (done, name) =>
                   from before in done
                   from expected in Expected.Doubles(reference, name)
                   from found in Expected.Doubles(merged, name)
                   select Same(name, expected, found))
               select each;
    }

    private static LanguageExt.Unit Same(string name, double[] expected, double[] found)
    {
        Expected.CloseInNorm(name, expected, found, 1e-5);
        return unit;
    }

    private static T Closing<T>(IDisposable held, Func<T> use)
    {
        using (held)
        {
            return use();
        }
    }
}
