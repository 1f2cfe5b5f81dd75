namespace Floe.Effects.Adapters;

/// <summary>The adapter modules of one decoder layer; null where a linear layer has none.</summary>
/// <param name="Query">q_proj.</param>
/// <param name="Key">k_proj.</param>
/// <param name="Value">v_proj.</param>
/// <param name="Output">o_proj.</param>
/// <param name="Gate">gate_proj.</param>
/// <param name="Up">up_proj.</param>
/// <param name="Down">down_proj.</param>
public sealed record LayerAdapters(
    LowRankModule? Query, LowRankModule? Key, LowRankModule? Value, LowRankModule? Output,
    LowRankModule? Gate, LowRankModule? Up, LowRankModule? Down)
{
    /// <summary>Whether q, k or v is adapted.</summary>
    public bool Attention => Query is not null || Key is not null || Value is not null;
}
