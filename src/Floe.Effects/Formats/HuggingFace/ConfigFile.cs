using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Families;
using LanguageExt;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>
/// <c>config.json</c> of a Hugging Face folder, as transformers 4 (<c>rope_theta</c>, <c>rope_scaling</c>) and 5 (<c>rope_parameters</c>)
/// write it. Names, defaults and meaning are those of transformers' configuration class of the family.
/// </summary>
internal static class ConfigFile
{
    private const int LongestConfig = 1 << 24;

    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string Name = "config.json";

    /// <summary>Reads a decoder's description. Errors: every bad value at once; an architecture or feature that Floe lacks, by its
    /// name.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, DecoderConfig> Read(string path) => Read(path, ModelFamilies.All);

    /// <summary>The same among given families.</summary>
    internal static Either<FloeError, DecoderConfig> Read(string path, IReadOnlyList<ModelFamily> families) =>
        JsonText.ReadObject(path, LongestConfig).Bind(root => Decode(path, root, families));

    private static Either<FloeError, DecoderConfig> Decode(string path, JsonElement root, IReadOnlyList<ModelFamily> families)
    {
        Settings stored = new(path, key => Setting.Of(root, key));
        string named = stored.Text("model_type");
        if (families.FirstOrDefault(f => f.ModelType == named) is not { } family)
        {
            string known = string.Join(", ", families.Select(f => f.ModelType));
            return stored.Result(() => named).Bind<DecoderConfig>(name => new FloeError.Unsupported(
                $"{path}: model_type", $"the architecture {(name.Length <= 60 ? name : name[..60])}", known,
                    "Use a checkpoint of one of these families."));
        }

        Settings read = stored.Renamed(key => family.Words.GetValueOrDefault(key, key));
        MathsKeys.Refuse(read, family);
        DecoderConfig config = family.Features(read, Common(root, read, family));
        return read.Result(() => config);
    }

    private static DecoderConfig Common(JsonElement root, Settings read, ModelFamily family)
    {
        FamilyDefaults defaults = family.Defaults;
        int hidden = read.Whole("hidden_size", 1, int.MaxValue);
        int heads = read.Whole("num_attention_heads", 1, int.MaxValue);
        int kvHeads = read.Whole("num_key_value_heads", 1, int.MaxValue,
            defaults.EqualHeads || read["num_key_value_heads"] is Setting.Null ? heads : null);
        bool stated = read["head_dim"] is not Setting.Absent || defaults.HeadDim is not null;
        int headDim = read.Whole("head_dim", 1, int.MaxValue, defaults.HeadDim ?? Math.Max(1, hidden / heads));
        int positions = read.Whole("max_position_embeddings", 1, int.MaxValue, defaults.Positions);
        read.Require(stated || hidden % heads == 0, "hidden_size", $"a multiple of num_attention_heads ({heads})", $"{hidden}");
        read.Require(heads % kvHeads == 0, "num_key_value_heads", $"a divisor of num_attention_heads ({heads})", $"{kvHeads}");
        read.Require(headDim % 2 == 0, "head_dim", "an even number, for rotary pairs", $"{headDim}");
        Activations.Check(read, defaults.Activation);
        (double theta, RopeScaling rope) = RopeSettings.Read(root, read, new RopeContext(headDim, positions, defaults.RopeTheta));
        int vocabulary = read.Whole("vocab_size", 1, int.MaxValue);
        int layers = read.Whole("num_hidden_layers", 1, int.MaxValue);
        int neurons = read.Whole("intermediate_size", 1, int.MaxValue);
        double epsilon = read.NonNegative("rms_norm_eps", defaults.Epsilon);
        bool tied = read.Flag("tie_word_embeddings", defaults.Tied);
        return new DecoderConfig(
            family.ModelType, vocabulary, hidden, layers, heads, kvHeads, headDim, neurons, positions, epsilon, theta, rope, tied, false,
                false)
        {
            Activation = defaults.Activation,
        };
    }
}
