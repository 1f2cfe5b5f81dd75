using Floe.Domain.Adapters;
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
    internal sealed record None : RopeScaling;

    /// <summary>Every frequency divided by one factor (<c>rope_type: linear</c>).</summary>
    /// <param name="Factor">The divisor.</param>
    internal sealed record Linear(double Factor) : RopeScaling;

    /// <summary>Llama 3's smooth interpolation between scaled and unscaled frequencies (<c>rope_type: llama3</c>).</summary>
    /// <param name="Factor">Divisor of the low frequencies.</param>
    /// <param name="LowFrequency"><c>low_freq_factor</c>.</param>
    /// <param name="HighFrequency"><c>high_freq_factor</c>.</param>
    /// <param name="OriginalPositions"><c>original_max_position_embeddings</c>.</param>
    internal sealed record Llama3(double Factor, double LowFrequency, double HighFrequency, double OriginalPositions) : RopeScaling;

    /// <summary>One divisor a frequency, as GGUF's <c>rope_freqs.weight</c> stores them.</summary>
    /// <param name="Divisors">Length head_dim/2.</param>
    internal sealed record Divided(Arr<float> Divisors) : RopeScaling;

    /// <summary>
    /// YaRN (<c>rope_type: yarn</c>, arXiv 2309.00071): frequencies that turn often stay, those that turn seldom are divided, a ramp
    /// between.
    /// </summary>
    /// <param name="Factor">Divisor of the low frequencies.</param>
    /// <param name="FastTurns"><c>beta_fast</c>: turns within the original context from which a frequency stays.</param>
    /// <param name="SlowTurns"><c>beta_slow</c>: turns up to which it is divided.</param>
    /// <param name="OriginalPositions"><c>original_max_position_embeddings</c>.</param>
    /// <param name="Attention">What cosine and sine are multiplied by; attention scores by its square.</param>
    /// <param name="Truncate">Whether the ramp's ends are rounded to whole pairs.</param>
    internal sealed record Yarn(
        double Factor, double FastTurns, double SlowTurns, double OriginalPositions, double Attention, bool Truncate)
        : RopeScaling;

    /// <summary>
    /// LongRoPE (<c>rope_type: longrope</c>, arXiv 2402.13753): one divisor a frequency, and other divisors for a sequence that is longer
    /// than the original context.
    /// </summary>
    /// <param name="Short">Divisors up to the original context, length head_dim/2.</param>
    /// <param name="Long">Divisors beyond it.</param>
    /// <param name="OriginalPositions"><c>original_max_position_embeddings</c>.</param>
    /// <param name="Attention">What cosine and sine are multiplied by.</param>
    internal sealed record LongRope(Arr<double> Short, Arr<double> Long, int OriginalPositions, double Attention) : RopeScaling;
}

/// <summary>What the gate of the FFN passes through.</summary>
public enum GateActivation
{
    /// <summary>x·σ(x): SwiGLU.</summary>
    Silu = 0,

    /// <summary>GELU by its tanh form: GeGLU.</summary>
    GeluTanh = 1,
}

/// <summary>
/// A decoder as its checkpoint describes it: what the one decoder of <c>Floe.Effects.Models</c> is built from. What the constructor takes
/// is common to all families; the properties are the features in which families differ, and their defaults are LLaMA's.
/// </summary>
/// <param name="Architecture">The family, by transformers' <c>model_type</c>: <c>llama</c>, <c>gemma2</c>.</param>
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
/// <param name="AttentionBias">Biases on q, k and v.</param>
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
    /// <summary>A bias on o.</summary>
    public bool OutputBias { get; init; }

    /// <summary>What the gate of the FFN passes through.</summary>
    public GateActivation Activation { get; init; }

    /// <summary>Whether a norm multiplies by 1 + w in place of w.</summary>
    public bool OffsetNorms { get; init; }

    /// <summary>Whether what attention and FFN add to the residual stream passes through a norm of its own.</summary>
    public bool BranchNorms { get; init; }

    /// <summary>Whether each head's q and k pass through an RMSNorm before their rotation.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>Whether the checkpoint stores q, k, v as one matrix, and gate, up as one.</summary>
    public bool FusedProjections { get; init; }

    /// <summary>What the embedding is multiplied by.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>s where attention scores are q·k/√s; none for the width of a head.</summary>
    public Option<double> QueryScalar { get; init; }

    /// <summary>c where attention scores x become c·tanh(x/c); 0 for none.</summary>
    public double AttentionCap { get; init; }

    /// <summary>c where logits z become c·tanh(z/c); 0 for none.</summary>
    public double LogitCap { get; init; }

    /// <summary>W of each layer: a query sees W keys, its own included; 0 for all. Empty where no layer has a window.</summary>
    public Arr<int> Windows { get; init; } = Arr<int>.Empty;

    /// <summary>The layers whose q and k are not rotated, ascending.</summary>
    public Arr<int> Unrotated { get; init; } = Arr<int>.Empty;

    /// <summary>The numbers that selection depends on.</summary>
    public ModelShape Shape => new(Layers, Heads, KvHeads, Neurons, Hidden, HeadDim);

    /// <summary>What q·k is multiplied by.</summary>
    internal double AttentionScale => 1.0 / Math.Sqrt(QueryScalar.IfNone(HeadDim));

    /// <summary>Whether a linear layer has a bias.</summary>
    internal bool HasBias(Projection projection) =>
        projection == Projection.Output ? OutputBias : projection.InAttention() ? AttentionBias : MlpBias;

    /// <summary>W of a layer; 0 where it sees all.</summary>
    internal int WindowOf(int layer) => layer < Windows.Count ? Windows[layer] : 0;

    /// <summary>Whether a layer rotates q and k.</summary>
    internal bool Rotates(int layer) => !Unrotated.Exists(l => l == layer);
}
