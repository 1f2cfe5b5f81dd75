using Floe.Domain.Adapters;

namespace Floe.Effects.Formats;

/// <summary>A matrix of a decoder layer as checkpoints store it: one linear layer, or several on top of one another.</summary>
/// <param name="Path">Path inside the layer.</param>
/// <param name="Projections">What it holds, first to last row.</param>
/// <param name="Rows">out.</param>
/// <param name="Columns">in.</param>
/// <param name="Bias">Whether a bias of <paramref name="Rows"/> numbers belongs to it.</param>
internal sealed record BlockMatrix(string Path, IReadOnlyList<Projection> Projections, long Rows, long Columns, bool Bias)
{
    private static readonly Projection[] Attention = [Projection.Query, Projection.Key, Projection.Value];
    private static readonly Projection[] Gated = [Projection.Gate, Projection.Up];

    /// <summary>Path of q, k and v in one matrix.</summary>
    public const string FusedAttention = "self_attn.qkv_proj";

    /// <summary>Path of gate and up in one matrix.</summary>
    public const string FusedGate = "mlp.gate_up_proj";

    /// <summary>What q, k and v are stored as, first to last row.</summary>
    public static IReadOnlyList<BlockMatrix> Qkv(DecoderConfig config) => Stored(config, FusedAttention, Attention);

    /// <summary>What gate and up are stored as.</summary>
    public static IReadOnlyList<BlockMatrix> GateUp(DecoderConfig config) => Stored(config, FusedGate, Gated);

    /// <summary>A linear layer that is always stored alone.</summary>
    public static BlockMatrix Of(DecoderConfig config, Projection projection) =>
        One(config, DecoderLayout.WithinLayer(projection), [projection]);

    /// <summary>All of a layer, in the order of the linear layers.</summary>
    public static IEnumerable<BlockMatrix> All(DecoderConfig config) =>
        [.. Qkv(config), Of(config, Projection.Output), .. GateUp(config), Of(config, Projection.Down)];

    private static IReadOnlyList<BlockMatrix> Stored(DecoderConfig config, string fused, Projection[] parts) =>
        config.FusedProjections ? [One(config, fused, parts)] : [.. parts.Select(part => Of(config, part))];

    private static BlockMatrix One(DecoderConfig config, string path, Projection[] parts) =>
        new(path, parts, parts.Sum(part => part.Output(config.Shape)), parts[0].Input(config.Shape), config.HasBias(parts[0]));
}
