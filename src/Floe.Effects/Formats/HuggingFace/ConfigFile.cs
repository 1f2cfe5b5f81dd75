using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>
/// <c>config.json</c> of a Hugging Face folder, as transformers 4 (<c>rope_theta</c>, <c>rope_scaling</c>) and 5 (<c>rope_parameters</c>) write it.
/// Names, defaults and meaning are those of transformers' <c>LlamaConfig</c>.
/// </summary>
public static class ConfigFile
{
    private const int LongestConfig = 1 << 24;

    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string Name = "config.json";

    /// <summary>Reads a decoder's description. Errors: every bad value at once; an architecture or feature that Floe lacks, by its name.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, DecoderConfig> Read(string path) =>
        JsonText.ReadObject(path, LongestConfig).Bind(root => Decode(path, root));

    private static Either<FloeError, DecoderConfig> Decode(string path, JsonElement root)
    {
        Settings read = new(path, key => Setting.Of(root, key));
        string family = read.Text("model_type");
        return family == "llama" ? DecodeLlama(root, read) : read.Result(() => family).Bind<DecoderConfig>(name =>
            new FloeError.Unsupported($"{path}: model_type", $"the architecture {name}", "llama", "Use a LLaMA checkpoint."));
    }

    private static Either<FloeError, DecoderConfig> DecodeLlama(JsonElement root, Settings read)
    {
        int hidden = read.Whole("hidden_size", 1, int.MaxValue);
        int heads = read.Whole("num_attention_heads", 1, int.MaxValue);
        int kvHeads = read.Whole("num_key_value_heads", 1, int.MaxValue, heads);
        int headDim = read.Whole("head_dim", 1, int.MaxValue, hidden / heads);
        int positions = read.Whole("max_position_embeddings", 1, int.MaxValue, 2048);
        read.Require(read["head_dim"] is not Setting.Absent || hidden % heads == 0, "hidden_size", $"a multiple of num_attention_heads ({heads})", $"{hidden}");
        read.Require(heads % kvHeads == 0, "num_key_value_heads", $"a divisor of num_attention_heads ({heads})", $"{kvHeads}");
        read.Require(headDim % 2 == 0, "head_dim", "an even number, for rotary pairs", $"{headDim}");
        string activation = read.Text("hidden_act", "silu");
        read.Refuse(activation is not ("silu" or "swish"), "hidden_act", $"the activation {activation}", "silu");
        read.Refuse(read["quantization_config"] is not Setting.Absent, "quantization_config", "a quantised checkpoint", "F32, F16 and BF16 weights, or GGUF");
        read.Refuse(HasWindows(root), "layer_types", "sliding-window attention in a LLaMA checkpoint", "full attention");
        (double theta, RopeScaling rope) = RopeSettings.Read(root, read);
        int vocabulary = read.Whole("vocab_size", 1, int.MaxValue);
        int layers = read.Whole("num_hidden_layers", 1, int.MaxValue);
        int neurons = read.Whole("intermediate_size", 1, int.MaxValue);
        double epsilon = read.NonNegative("rms_norm_eps", 1e-6);
        bool tied = read.Flag("tie_word_embeddings", false);
        bool attentionBias = read.Flag("attention_bias", false);
        bool mlpBias = read.Flag("mlp_bias", false);
        return read.Result(() => new DecoderConfig(
            "llama", vocabulary, hidden, layers, heads, kvHeads, headDim, neurons, positions, epsilon, theta, rope, tied, attentionBias, mlpBias));
    }

    private static bool HasWindows(JsonElement root) =>
        JsonText.Has(root, "layer_types", out JsonElement types)
        && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String || !t.ValueEquals("full_attention"));
}
