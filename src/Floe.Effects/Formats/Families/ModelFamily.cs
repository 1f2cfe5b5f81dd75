using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>
/// A model family: how its files describe the one decoder. A new family is one file of this folder and its line in
/// <see cref="ModelFamilies.All"/>.
/// </summary>
/// <param name="ModelType"><c>model_type</c> of its <c>config.json</c>.</param>
/// <param name="Class">transformers' class, the one entry of <c>architectures</c>.</param>
internal sealed record ModelFamily(string ModelType, string Class)
{
    /// <summary>What transformers' configuration class gives a key that is absent.</summary>
    public FamilyDefaults Defaults { get; init; } = new();

    /// <summary>The family's own word for a common key of <c>config.json</c>, such as <c>hidden_size</c>; a key that is not here has
    /// LLaMA's.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys of <see cref="MathsKeys"/> that this family reads; the others are refused where they are not neutral.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>
    /// The features of a decoder whose common keys are read. Keys are those of <c>config.json</c>; a GGUF file answers them from its own
    /// (<c>GgufKeys</c>).
    /// </summary>
    public Func<Settings, DecoderConfig, DecoderConfig> Features { get; init; } = static (_, config) => config;

    /// <summary>The keys of <see cref="Keys"/> as transformers would write them.</summary>
    public Action<DecoderConfig, JsonObject> Write { get; init; } = static (_, _) => { };

    /// <summary>How llama.cpp stores the family; null where it is stored as another one or not at all.</summary>
    public GgufForm? Gguf { get; init; }
}

/// <summary>Defaults of a family's common keys.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>head_dim; null for hidden_size / num_attention_heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>Whether key/value heads are as many as query heads where nothing is said; else the key is required.</summary>
    public bool EqualHeads { get; init; }

    /// <summary>max_position_embeddings.</summary>
    public int Positions { get; init; } = 2048;

    /// <summary>rope_theta.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>rms_norm_eps.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>tie_word_embeddings.</summary>
    public bool Tied { get; init; }

    /// <summary>hidden_act and hidden_activation: what the family's gate is, under all names that mean it.</summary>
    public GateActivation Activation { get; init; }
}

/// <summary>How llama.cpp's converter stores a family.</summary>
/// <param name="Architecture"><c>general.architecture</c>, and the prefix of its keys.</param>
/// <param name="RotaryPairs">Whether the rows of q and k lie with rotary pairs beside each other.</param>
internal sealed record GgufForm(string Architecture, bool RotaryPairs)
{
    /// <summary>Changes what metadata do not say.</summary>
    public Func<DecoderConfig, DecoderConfig> Implied { get; init; } = static config => config;
}
