using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Pretraining.Training;

/// <summary>The sizes of a decoder that is to be pretrained: LLaMA's form with tied embeddings, no biases and no scaling of the rotary
/// frequencies.</summary>
/// <param name="Layers">L.</param>
/// <param name="Hidden">d.</param>
/// <param name="Heads">H.</param>
/// <param name="KvHeads">G; divides H.</param>
/// <param name="HeadDim">hd; even.</param>
/// <param name="Neurons">N.</param>
/// <param name="Context">Tokens of a block, and of the longest text that the model reads.</param>
internal sealed record PretrainingShape(int Layers, int Hidden, int Heads, int KvHeads, int HeadDim, int Neurons, int Context)
{
    private const double Epsilon = 1e-5;
    private const double RopeTheta = 10000.0;

    /// <summary>The decoder's description over a vocabulary.</summary>
    /// <param name="vocabulary">V.</param>
    /// <returns>The description, or every size that does not fit.</returns>
    public Either<FloeError, DecoderConfig> Config(int vocabulary)
    {
        FloeError[] faults =
        [
            .. Fault("layers", Layers, Layers > 0, "at least 1"),
            .. Fault("hidden", Hidden, Hidden > 0, "at least 1"),
            .. Fault("heads", Heads, Heads > 0, "at least 1"),
            .. Fault("kv-heads", KvHeads, KvHeads > 0 && Heads % KvHeads == 0, $"a divisor of the {Heads} heads"),
            .. Fault("head-dim", HeadDim, HeadDim > 0 && HeadDim % 2 == 0, "an even number, for rotary pairs"),
            .. Fault("neurons", Neurons, Neurons > 0, "at least 1"),
            .. Fault("context", Context, Context > 1, "at least 2 tokens"),
        ];
        return Steps.AllOf(faults).Map(_ => new DecoderConfig(
            "llama", vocabulary, Hidden, Layers, Heads, KvHeads, HeadDim, Neurons, Context, Epsilon, RopeTheta, new RopeScaling.None(),
            TiedEmbeddings: true, AttentionBias: false, MlpBias: false));
    }

    private static FloeError[] Fault(string name, int found, bool sound, string expected) =>
        sound ? [] : [new FloeError.Usage(name, expected, $"{found}", "Change the option.")];
}
