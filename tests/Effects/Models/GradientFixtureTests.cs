using System.Text.Json;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Pretraining.Training;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>The gradient of every stored weight of every model fixture.</summary>
[Trait("Category", "Fixtures")]
public class GradientFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.FoldersWith("models", "grads.safetensors");

    [Theory]
    [MemberData(nameof(Folders))]
    public void GradientsAreThoseOfTheReference(string name) => FixtureCase.Run("models (gradients)", name, () =>
    {
        string folder = FixtureFolders.At("models", name);
        JsonElement expected = Expected.Json(Path.Combine(folder, "expected.json"));
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from done in ModelFixtureTests.WithModel(folder, model =>
                   from gradients in TensorEdge.Bind("gradients", () =>
                   {
                       using TrainableDecoder trained = TrainableDecoder.Of(model);
                       return FullTraining.Accumulate(trained)(inputs.Samples, expected.GetProperty("n_loss_tokens").GetInt32())
                           .Map(_ => Of(trained.Model));
                   })
                   select Check(folder, gradients))
               select done;
    });

    private static Dictionary<string, float[]> Of(Decoder model)
    {
        using DisposeScope scope = NewDisposeScope();
        Decoder gradients = new(
            model.Config, model.Device, Grad(model.Embedding), Grad(model.Head), Grad(model.FinalNorm), [
                .. model.Layers.Select(layer => layer with
        {
            AttentionNorm = Grad(layer.AttentionNorm),
            Qkv = Grad(layer.Qkv),
            QkvBias = Some(layer.QkvBias),
            Output = Grad(layer.Output),
            OutputBias = Some(layer.OutputBias),
            MlpNorm = Grad(layer.MlpNorm),
            GateUp = Grad(layer.GateUp),
            GateUpBias = Some(layer.GateUpBias),
            Down = Grad(layer.Down),
            DownBias = Some(layer.DownBias),
            AttentionBranchNorm = Some(layer.AttentionBranchNorm),
            MlpBranchNorm = Some(layer.MlpBranchNorm),
            QueryNorm = Some(layer.QueryNorm),
            KeyNorm = Some(layer.KeyNorm),
        })]);
        return DecoderLayout.TensorsOf(model.Config).ToDictionary(t => t.Name, t => DecoderValues.Of(gradients, t.Name));

        Tensor Grad(Tensor weight) => weight.grad!;
        Tensor? Some(Tensor? weight) => weight?.grad;
    }

    private static Unit Check(string folder, Dictionary<string, float[]> found)
    {
        foreach ((string name, float[] gradient) in found)
        {
            double[] expected = TinyDecoder.Right(Expected.Doubles(Path.Combine(folder, "grads.safetensors"), name));
            Expected.CloseInNorm($"gradient of {name}", expected, System.Array.ConvertAll(gradient, g => (double)g), 1e-4);
        }

        return unit;
    }
}
