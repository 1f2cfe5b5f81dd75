using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>Everything that a fixture can compare about one forward pass.</summary>
/// <param name="Logits">One array a row, [real tokens, V].</param>
/// <param name="Hidden">L + 1 arrays, [T, d]: the stream before each layer, the last one after the final norm.</param>
/// <param name="Loss">Mean token loss over all supervised tokens.</param>
internal sealed record ModelRun(double[][] Logits, IReadOnlyList<double[]> Hidden, double Loss)
{
    public static Either<FloeError, ModelRun> Of(Decoder model, AdapterSet? adapters, PaddedInputs inputs) =>
        from batch in TokenBatch.Of(model.Config, inputs.Sequences)
        from loss in LossBatch.Mean(model.Config, inputs.Samples)
        from run in TensorEdge.Run("run", () => Run(model, adapters, batch, loss))
        select run;

    private static ModelRun Run(Decoder model, AdapterSet? adapters, TokenBatch batch, LossBatch loss)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using BatchTensors tensors = BatchTensors.Of(model, batch);
        List<double[]> hidden = [];
        Tensor last = DecoderPass.Run(model, tensors, adapters, observe: (l, x) => hidden.Add(Tensors.Doubles(
            l < model.Layers.Count ? x : DecoderLayer.RmsNorm(x, model.FinalNorm, model.Config))));
        long[] lengths = [.. batch.Lengths.ToArray().Select(length => (long)length)];
        double[][] logits = [.. DecoderPass.Logits(model, last).split(lengths, 0).Select(Tensors.Doubles)];
        using BatchTensors cut = BatchTensors.Of(model, loss.Batch);
        using HeadLoss head = HeadLoss.Of(model, DecoderPass.Run(model, cut, adapters), loss.Targets, gradient: false);
        return new ModelRun(logits, hidden, head.Loss);
    }
}
