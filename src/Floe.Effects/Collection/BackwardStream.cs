using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>Gradients of a layer's four stacked weights, for one part of a batch. They are freed when the visitor returns.</summary>
/// <param name="Qkv">[(H + 2G)·hd, d].</param>
/// <param name="Output">[d, H·hd].</param>
/// <param name="GateUp">[2N, d].</param>
/// <param name="Down">[d, N].</param>
internal sealed record LayerGradients(Tensor Qkv, Tensor Output, Tensor GateUp, Tensor Down)
{
    public Tensor[] All => [Qkv, Output, GateUp, Down];

    /// <summary>The part of one linear layer, [out, in].</summary>
    public Tensor Of(Projection module, ModelShape shape)
    {
        (long query, long key) = ((long)shape.Heads * shape.HeadDim, (long)shape.KvHeads * shape.HeadDim);
        return module switch
        {
            Projection.Query => Qkv.narrow(0, 0, query),
            Projection.Key => Qkv.narrow(0, query, key),
            Projection.Value => Qkv.narrow(0, query + key, key),
            Projection.Output => Output,
            Projection.Gate => GateUp.narrow(0, 0, shape.Neurons),
            Projection.Up => GateUp.narrow(0, shape.Neurons, shape.Neurons),
            _ => Down,
        };
    }
}

/// <summary>
/// A backward pass that never holds the weight gradients of more than one layer. The forward pass keeps each layer's input only, (L +
/// 1)·T·d numbers; then, from the last layer down, each layer is computed again with a graph and differentiated alone.
/// </summary>
internal static class BackwardStream
{
    /// <summary>Runs all parts of a batch, layers outside, parts inside, so that a layer's gradients can be summed over the whole
    /// batch.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">Adapter modules in evaluation mode; null for the base model.</param>
    /// <param name="parts">The batch in parts; the loss is the sum of theirs.</param>
    /// <param name="visit">Called with (layer, part, gradients), layers descending.</param>
    /// <param name="close">Called when all parts of a layer were visited.</param>
    /// <param name="forward">Called with (layer, part, input, output) on the way up.</param>
    /// <returns>The mean token loss of every sequence, part by part.</returns>
    public static double[] Run(
        Decoder model,
        AdapterSet? adapters,
        IReadOnlyList<LossBatch> parts,
        Action<int, int, LayerGradients> visit,
        Action<int> close,
        Action<int, int, Tensor, Tensor>? forward = null)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Part> running = [];
        try
        {
            running.AddRange(parts.Select((loss, p) => Forward(model, adapters, loss, p, forward)));
            for (int l = model.Layers.Count - 1; l >= 0; l--)
            {
                for (int p = 0; p < running.Count; p++)
                {
                    Back(model, adapters, running[p], l, gradients => visit(l, p, gradients));
                }

                close(l);
            }

            return [.. running.SelectMany(part => part.SequenceLosses)];
        }
        finally
        {
            running.ForEach(part => part.Dispose());
        }
    }

    private sealed class Part(BatchTensors batch, Tensor[] inputs, HeadLoss head, LossBatch loss) : IDisposable
    {
        public BatchTensors Batch { get; } = batch;

        public Tensor[] Inputs { get; } = inputs;

        public Tensor Upstream { get; set; } = head.Gradient!;

        public double[] SequenceLosses { get; } =
            [.. head.BySequence(loss.Targets, loss.Batch.Sequences).Select(total => total.Sum / total.Tokens)];

        public void Dispose()
        {
            Batch.Dispose();
            Upstream.Dispose();
        }
    }

    private static Part Forward(Decoder model, AdapterSet? adapters, LossBatch loss, int part, Action<int, int, Tensor, Tensor>? forward)
    {
        using IDisposable frozen = no_grad();
        BatchTensors batch = BatchTensors.Of(model, loss.Batch);
        Tensor[] inputs = new Tensor[model.Layers.Count];
        Tensor x = DecoderPass.Embed(model, batch);
        for (int l = 0; l < inputs.Length; l++)
        {
            inputs[l] = x;
            x = DecoderLayer.Forward(model.Layers[l], x, new LayerContext(batch, adapters?.Layer(l)));
            forward?.Invoke(l, part, inputs[l], x);
        }

        HeadLoss head = HeadLoss.Of(model, x, loss.Targets, gradient: true);
        x.Dispose();
        return new Part(batch, inputs, head, loss);
    }

    private static void Back(Decoder model, AdapterSet? adapters, Part part, int layer, Action<LayerGradients> visit)
    {
        using DisposeScope scope = NewDisposeScope();
        LayerWeights frozen = model.Layers[layer];
        LayerWeights leaves = frozen with
        {
            Qkv = Leaf(frozen.Qkv),
            Output = Leaf(frozen.Output),
            GateUp = Leaf(frozen.GateUp),
            Down = Leaf(frozen.Down),
        };
        Tensor input = Leaf(part.Inputs[layer]);
        Tensor output = DecoderLayer.Forward(leaves, input, new LayerContext(part.Batch, adapters?.Layer(layer)));
        Tensor[] wanted = [leaves.Qkv, leaves.Output, leaves.GateUp, leaves.Down, input];
        Tensor[] gradients = LeafGradients.Of(output, wanted, part.Upstream);
        visit(new LayerGradients(gradients[0], gradients[1], gradients[2], gradients[3]));
        part.Upstream.Dispose();
        part.Inputs[layer].Dispose();
        part.Upstream = gradients[4].DetachFromDisposeScope();
    }

    // Weights in bfloat16 become float32 here, a layer at a time, so that their gradients are not rounded.
    private static Tensor Leaf(Tensor values) => values.detach().to(ScalarType.Float32).requires_grad_();
}
