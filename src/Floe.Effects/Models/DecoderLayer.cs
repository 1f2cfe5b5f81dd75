using Floe.Effects.Engine;
using Floe.Effects.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>What a layer needs besides its weights and its input.</summary>
/// <param name="Batch">Sequence ends, rotary tables, causal masks.</param>
/// <param name="Adapters">The layer's adapter modules; null for none.</param>
/// <param name="Masks">The layer's masks; null for none.</param>
/// <param name="Training">Whether dropout is on.</param>
/// <param name="Cache">Where keys and values are kept; null for none.</param>
/// <param name="Step">Set when <paramref name="Cache"/> already holds earlier tokens and the batch is one new token a sequence.</param>
internal sealed record LayerContext(
    BatchTensors Batch,
    LayerAdapters? Adapters = null,
    LayerMasks? Masks = null,
    bool Training = false,
    LayerCache? Cache = null,
    DecodeStep? Step = null);

/// <summary>
/// One decoder layer on a stream of T tokens, in four pieces, so that collection and tuning can stop between them:
/// x ← x + <see cref="AttentionOutput"/>(<see cref="AttentionUnits"/>(x)); x ← x + <see cref="MlpOutput"/>(<see cref="MlpUnits"/>(x)).
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class DecoderLayer
{
    private const double GeluCube = 0.044715;

    /// <summary>The whole layer.</summary>
    /// <param name="layer">Weights.</param>
    /// <param name="x">[T, d].</param>
    /// <param name="context">Batch, adapters, masks.</param>
    /// <returns>[T, d]. What was made on the way belongs to the caller's dispose scope no more.</returns>
    public static Tensor Forward(LayerWeights layer, Tensor x, LayerContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = x.add(AttentionOutput(layer, AttentionUnits(layer, x, context), context));
        return middle.add(MlpOutput(layer, MlpUnits(layer, middle, context), context)).MoveToOuterDisposeScope();
    }

    /// <summary>z, the heads' outputs just before o_proj.</summary>
    /// <param name="layer">Weights.</param>
    /// <param name="x">[T, d], the residual stream before the layer.</param>
    /// <param name="context">Batch, adapters, cache.</param>
    /// <returns>[T, H·hd]; head h owns columns h·hd to (h+1)·hd.</returns>
    public static Tensor AttentionUnits(LayerWeights layer, Tensor x, LayerContext context)
    {
        (long tokens, long heads, long groups, long width) = (x.size(0), layer.Config.Heads, layer.Config.KvHeads, layer.Config.HeadDim);
        Tensor normed = RmsNorm(x, layer.AttentionNorm, layer.Config);
        Tensor qkv = FrozenLinear.Apply(normed, layer.Qkv, layer.QkvBias);
        if (context.Adapters is { Attention: true } adapters)
        {
            Tensor[] parts = qkv.split([layer.QueryWidth, layer.KeyWidth, layer.KeyWidth], 1);
            qkv = cat(
            [
                LayerAdapters.Apply(adapters.Query, normed, parts[0], context.Training),
                LayerAdapters.Apply(adapters.Key, normed, parts[1], context.Training),
                LayerAdapters.Apply(adapters.Value, normed, parts[2], context.Training),
            ], 1);
        }

        // Pieces come from split, not narrow: its backward writes the whole gradient once, where each narrow fills zeros around its own
        // part.
        Tensor[] turnedAndNot = qkv.view(tokens, heads + (2 * groups), width).split([heads + groups, groups], 1);
        Tensor normedHeads = HeadNorm(layer, turnedAndNot[0]);
        (Tensor cos, Tensor signedSin) = context.Batch.Turning((int)(context.Adapters?.Prefix?.Count ?? 0));
        Tensor turned = layer.Rotated ? Rotary.Apply(normedHeads, cos, signedSin) : normedHeads;
        Tensor[] qk = turned.split([heads, groups], 1);
        return Attend(qk[0], qk[1], turnedAndNot[1], layer, context);
    }

    /// <summary>What attention adds to the residual stream.</summary>
    /// <param name="layer">Weights.</param>
    /// <param name="z">[T, H·hd] of <see cref="AttentionUnits"/>.</param>
    /// <param name="context">Batch, adapters, masks.</param>
    /// <returns>[T, d].</returns>
    public static Tensor AttentionOutput(LayerWeights layer, Tensor z, LayerContext context) =>
        Branch(AttentionProjection(layer, z, context), layer.AttentionBranchNorm, layer.Config);

    /// <summary>o_proj of the heads' outputs, before the norm that some families put on what attention adds.</summary>
    internal static Tensor AttentionProjection(LayerWeights layer, Tensor z, LayerContext context)
    {
        Tensor masked = context.Masks?.Heads is { } mask ? LayerMasks.Scale(z, mask, layer.Config.HeadDim, context.Batch) : z;
        Tensor frozen = FrozenLinear.Apply(masked, layer.Output, layer.OutputBias);
        return LayerAdapters.Apply(context.Adapters?.Output, context.Masks is { BothPaths: true } ? masked : z, frozen, context.Training);
    }

    /// <summary>h = act(gate) ⊙ up, the neurons just before down_proj; act is silu, or GELU by its tanh form.</summary>
    /// <param name="layer">Weights.</param>
    /// <param name="x">[T, d], the residual stream after attention.</param>
    /// <param name="context">Batch, adapters.</param>
    /// <returns>[T, N].</returns>
    public static Tensor MlpUnits(LayerWeights layer, Tensor x, LayerContext context)
    {
        long neurons = layer.Config.Neurons;
        Tensor normed = RmsNorm(x, layer.MlpNorm, layer.Config);
        Tensor[] both = FrozenLinear.Apply(normed, layer.GateUp, layer.GateUpBias).split([neurons, neurons], 1);
        Tensor gate = LayerAdapters.Apply(context.Adapters?.Gate, normed, both[0], context.Training);
        Tensor up = LayerAdapters.Apply(context.Adapters?.Up, normed, both[1], context.Training);
        return Activated(gate, layer.Config.Activation).mul(up);
    }

    /// <summary>What the FFN adds to the residual stream.</summary>
    /// <param name="layer">Weights.</param>
    /// <param name="h">[T, N] of <see cref="MlpUnits"/>.</param>
    /// <param name="context">Batch, adapters, masks.</param>
    /// <returns>[T, d].</returns>
    public static Tensor MlpOutput(LayerWeights layer, Tensor h, LayerContext context) =>
        Branch(MlpProjection(layer, h, context), layer.MlpBranchNorm, layer.Config);

    /// <summary>down_proj of the neurons, before the norm that some families put on what the FFN adds.</summary>
    internal static Tensor MlpProjection(LayerWeights layer, Tensor h, LayerContext context)
    {
        Tensor masked = context.Masks?.Neurons is { } mask ? LayerMasks.Scale(h, mask, 1, context.Batch) : h;
        Tensor frozen = FrozenLinear.Apply(masked, layer.Down, layer.DownBias);
        return LayerAdapters.Apply(context.Adapters?.Down, context.Masks is { BothPaths: true } ? masked : h, frozen, context.Training);
    }

    /// <summary>RMSNorm over the last dimension: x / √(mean x² + ε) ⊙ g, g = w, or 1 + w where the family's norms are offsets.</summary>
    /// <param name="x">[…, d].</param>
    /// <param name="weight">[d], w.</param>
    /// <param name="config">ε and the kind of norm.</param>
    /// <returns>The shape of <paramref name="x"/>.</returns>
    public static Tensor RmsNorm(Tensor x, Tensor weight, DecoderConfig config) =>
        x.mul(InverseRms(x, config)).mul(Gain(weight, config));

    /// <summary>1 / √(mean x² + ε), [T, 1].</summary>
    internal static Tensor InverseRms(Tensor x, DecoderConfig config) =>
        x.square().mean([-1L], keepdim: true).add(config.RmsNormEpsilon).rsqrt();

    /// <summary>What a norm multiplies by.</summary>
    internal static Tensor Gain(Tensor weight, DecoderConfig config) => config.OffsetNorms ? weight.add(1f) : weight;

    private static Tensor Branch(Tensor added, Tensor? norm, DecoderConfig config) => norm is null ? added : RmsNorm(added, norm, config);

    private static Tensor HeadNorm(LayerWeights layer, Tensor heads)
    {
        if (layer.QueryNorm is null)
        {
            return heads;
        }

        Tensor[] qk = heads.split([layer.Config.Heads, layer.Config.KvHeads], 1);
        return cat([RmsNorm(qk[0], layer.QueryNorm, layer.Config), RmsNorm(qk[1], layer.KeyNorm!, layer.Config)], 1);
    }

    private static Tensor Activated(Tensor gate, GateActivation activation)
    {
        if (activation == GateActivation.Silu)
        {
            return gate.silu();
        }

        // x·½(1 + tanh(√(2/π)(x + 0.044715 x³))).
        Tensor inner = gate.square().mul(GeluCube).add(1f).mul(gate).mul(Math.Sqrt(2.0 / Math.PI));
        return inner.tanh().add(1f).mul(gate).mul(0.5f);
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, LayerWeights layer, LayerContext context)
    {
        if (context.Cache is null)
        {
            return Attention.Causal(q, k, v, layer, context.Batch, context.Adapters?.Prefix);
        }

        if (context.Step is { } step)
        {
            context.Cache.Keys.scatter_(2, step.Index, k.unsqueeze(2));
            context.Cache.Values.scatter_(2, step.Index, v.unsqueeze(2));
            return Attention.Cached(q, context.Cache, layer, step, context.Adapters?.Prefix);
        }

        Store(context.Cache.Keys, k, context.Batch);
        Store(context.Cache.Values, v, context.Batch);
        return Attention.Causal(q, k, v, layer, context.Batch, context.Adapters?.Prefix);
    }

    private static void Store(Tensor slots, Tensor rows, BatchTensors batch)
    {
        long offset = 0;
        for (int b = 0; b < batch.Lengths.Length; b++)
        {
            slots.select(0, b).narrow(1, 0, batch.Lengths[b]).copy_(rows.narrow(0, offset, batch.Lengths[b]).transpose(0, 1));
            offset += batch.Lengths[b];
        }
    }
}
