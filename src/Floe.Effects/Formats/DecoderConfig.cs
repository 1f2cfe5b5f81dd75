using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>How the rotary frequencies of a checkpoint are scaled beyond θ^(−2j/d).</summary>
public abstract record RopeScaling
{
    private RopeScaling()
    {
    }

    /// <summary>No scaling.</summary>
    public sealed record None : RopeScaling;

    /// <summary>Every frequency divided by one factor (<c>rope_type: linear</c>).</summary>
    /// <param name="Factor">The divisor.</param>
    public sealed record Linear(double Factor) : RopeScaling;

    /// <summary>Llama 3's smooth interpolation between scaled and unscaled frequencies (<c>rope_type: llama3</c>).</summary>
    /// <param name="Factor">Divisor of the low frequencies.</param>
    /// <param name="LowFrequency"><c>low_freq_factor</c>.</param>
    /// <param name="HighFrequency"><c>high_freq_factor</c>.</param>
    /// <param name="OriginalPositions"><c>original_max_position_embeddings</c>.</param>
    public sealed record Llama3(double Factor, double LowFrequency, double HighFrequency, double OriginalPositions) : RopeScaling;

    /// <summary>One divisor a frequency, as GGUF's <c>rope_freqs.weight</c> stores them.</summary>
    /// <param name="Divisors">Length head_dim/2.</param>
    public sealed record Divided(Arr<float> Divisors) : RopeScaling;
}

/// <summary>A decoder as its checkpoint describes it: what the one decoder of <c>Floe.Effects.Models</c> is built from.</summary>
/// <param name="Architecture">The checkpoint's own name of it, such as <c>llama</c>.</param>
/// <param name="Vocabulary">V, rows of the embedding.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Layers">L.</param>
/// <param name="Heads">H, query heads.</param>
/// <param name="KvHeads">G, key/value heads; divides H.</param>
/// <param name="HeadDim">Width of a head; need not be Hidden/Heads.</param>
/// <param name="Neurons">N, FFN width.</param>
/// <param name="MaxPositions">Context length in tokens.</param>
/// <param name="RmsNormEpsilon">ε inside the root of RMSNorm.</param>
/// <param name="RopeTheta">θ, the rotary base.</param>
/// <param name="Rope">Scaling of the rotary frequencies.</param>
/// <param name="TiedEmbeddings">Whether the output head is the embedding matrix.</param>
/// <param name="AttentionBias">Biases on q, k, v and o.</param>
/// <param name="MlpBias">Biases on gate, up and down.</param>
public sealed record DecoderConfig(
    string Architecture,
    int Vocabulary,
    int Hidden,
    int Layers,
    int Heads,
    int KvHeads,
    int HeadDim,
    int Neurons,
    int MaxPositions,
    double RmsNormEpsilon,
    double RopeTheta,
    RopeScaling Rope,
    bool TiedEmbeddings,
    bool AttentionBias,
    bool MlpBias)
{
    /// <summary>The numbers that selection depends on.</summary>
    public ModelShape Shape => new(Layers, Heads, KvHeads, Neurons, Hidden, HeadDim);
}
