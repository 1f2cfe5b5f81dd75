using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Logits, loss, gradients, parameter counts and round trips of the adapter fixtures.</summary>
[Trait("Category", "Fixtures")]
public class AdapterFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("adapters");

    [Theory]
    [MemberData(nameof(Folders))]
    public void LogitsLossAndGradientsAreThoseOfTheReference(string name) => FixtureCase.Run("adapters", name, () =>
    {
        string folder = FixtureFolders.At("adapters", name);
        JsonElement expected = Expected.Json(Path.Combine(folder, "expected.json"));
        string model = FixtureFolders.At("models", expected.GetProperty("base_model").GetString()!);
        return AdapterCase.Supported(folder).Bind(_ =>
            from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
            from logits in Expected.Doubles(Path.Combine(folder, "outputs.safetensors"), "logits_f64")
            from done in ModelFixtureTests.WithModel(model, decoder => AdapterCase.WithAdapter(folder, decoder, adapters =>
                from run in ModelRun.Of(decoder, adapters, inputs)
                from gradients in Gradients(decoder, adapters, inputs)
                select Check(Path.Combine(folder, "grads.safetensors"), expected, inputs, logits, run, adapters, gradients)))
            select done);
    });

    private static Either<FloeError, IReadOnlyList<NamedTensor>> Gradients(Decoder model, AdapterSet adapters, PaddedInputs inputs) =>
        from loss in LossBatch.Mean(model.Config, inputs.Samples)
        from gradients in TensorEdge.Bind("gradients", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
            Tensor hidden = DecoderPass.Run(model, batch, adapters);
            using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            hidden.backward([head.Gradient!]);
            return AdapterTensors.ExportGradients(adapters);
        })
        select gradients;

    private static Unit Check(string reference, JsonElement expected, PaddedInputs inputs, double[] logits, ModelRun run, AdapterSet adapters,
        IReadOnlyList<NamedTensor> gradients)
    {
        ModelFixtureTests.CheckLogits(inputs, logits, run, 1e-4);
        Expected.Close("loss", [expected.GetProperty("loss_f64").GetDouble()], [run.Loss], 1e-5);
        Assert.Equal(expected.GetProperty("n_trainable").GetInt64(), adapters.Count);
        foreach (NamedTensor gradient in gradients)
        {
            double[] wanted = Expected.Doubles(reference, gradient.Name).IfLeft(error => throw new InvalidDataException(error.Message));
            Expected.CloseInNorm(gradient.Name, wanted, [.. gradient.Values.ToArray().Select(v => (double)v)], 1e-4);
        }

        return unit;
    }
}
