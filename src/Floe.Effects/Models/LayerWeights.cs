using Floe.Effects.Formats;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// The frozen weights of one decoder layer. Linear weights are [out, in]; q, k, v lie on top of one another, and so do gate and up, so that
/// each group is one product.
/// </summary>
/// <param name="Config">The decoder that the layer belongs to.</param>
/// <param name="AttentionNorm">[d], RMSNorm before attention.</param>
/// <param name="Qkv">[(H + 2G)·hd, d]: rows of q, then k, then v.</param>
/// <param name="QkvBias">[(H + 2G)·hd], or null.</param>
/// <param name="Output">[d, H·hd], o_proj.</param>
/// <param name="OutputBias">[d], or null.</param>
/// <param name="MlpNorm">[d], RMSNorm before the FFN.</param>
/// <param name="GateUp">[2N, d]: rows of gate, then up.</param>
/// <param name="GateUpBias">[2N], or null.</param>
/// <param name="Down">[d, N], down_proj.</param>
/// <param name="DownBias">[d], or null.</param>
internal sealed record LayerWeights(
    DecoderConfig Config,
    Tensor AttentionNorm,
    Tensor Qkv,
    Tensor? QkvBias,
    Tensor Output,
    Tensor? OutputBias,
    Tensor MlpNorm,
    Tensor GateUp,
    Tensor? GateUpBias,
    Tensor Down,
    Tensor? DownBias)
{
    /// <summary>[d], RMSNorm on what attention adds; null for none.</summary>
    public Tensor? AttentionBranchNorm { get; init; }

    /// <summary>[d], RMSNorm on what the FFN adds; null for none.</summary>
    public Tensor? MlpBranchNorm { get; init; }

    /// <summary>[hd], RMSNorm on each head's q; null for none.</summary>
    public Tensor? QueryNorm { get; init; }

    /// <summary>[hd], RMSNorm on each head's k; there where <see cref="QueryNorm"/> is.</summary>
    public Tensor? KeyNorm { get; init; }

    /// <summary>W: a query sees the last W keys, its own included; 0 for all.</summary>
    public int Window { get; init; }

    /// <summary>Whether q and k are rotated by their positions.</summary>
    public bool Rotated { get; init; } = true;

    /// <summary>H·hd, rows of q.</summary>
    public long QueryWidth => (long)Config.Heads * Config.HeadDim;

    /// <summary>G·hd, rows of k and of v.</summary>
    public long KeyWidth => (long)Config.KvHeads * Config.HeadDim;

    /// <summary>Every tensor of the layer that is there.</summary>
    public IEnumerable<Tensor> Tensors =>
        new[]
        {
            AttentionNorm, Qkv, QkvBias, Output, OutputBias, MlpNorm, GateUp, GateUpBias, Down, DownBias,
            AttentionBranchNorm, MlpBranchNorm, QueryNorm, KeyNorm,
        }.OfType<Tensor>();
}
