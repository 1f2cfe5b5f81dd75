using System.Text.Json.Nodes;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Models;

/// <summary>A small decoder of every family, as its <c>config.json</c> says it: with each feature that the family has.</summary>
internal static class FamilyConfigs
{
    private const string Common = """
        {"hidden_size": 20, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "intermediate_size": 28, "num_hidden_layers": 3,
         "vocab_size": 37, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": false}
        """;

    private static readonly Dictionary<string, string> Own = new()
    {
        ["llama"] = """{"model_type": "llama"}""",
        ["llama biases"] = """{"model_type": "llama", "attention_bias": true, "mlp_bias": true, "tie_word_embeddings": true}""",
        ["llama linear"] = """{"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 4.0}}""",
        ["llama llama3"] = """
            {"model_type": "llama", "rope_parameters": {"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0,
             "high_freq_factor": 4.0, "original_max_position_embeddings": 16}}
            """,
        ["llama yarn"] = """
            {"model_type": "llama", "rope_theta": 300.0,
             "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "original_max_position_embeddings": 16}}
            """,
        ["llama yarn mscale"] = """
            {"model_type": "llama", "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "mscale": 1.5, "mscale_all_dim": 0.5, "truncate": false,
             "original_max_position_embeddings": 16}}
            """,
        ["mistral"] = """{"model_type": "mistral", "sliding_window": 4}""",
        ["qwen2"] = """{"model_type": "qwen2", "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 1}""",
        ["qwen2 by layer types"] = """
            {"model_type": "qwen2", "use_sliding_window": true, "sliding_window": 5, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}
            """,
        ["qwen3"] = """{"model_type": "qwen3", "attention_bias": true}""",
        ["gemma"] = """{"model_type": "gemma", "hidden_act": "gelu", "num_key_value_heads": 1, "tie_word_embeddings": true}""",
        ["gemma2"] = """
            {"model_type": "gemma2", "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 10, "sliding_window": 4,
             "attn_logit_softcapping": 3.0, "final_logit_softcapping": 2.0, "tie_word_embeddings": true}
            """,
        ["phi3"] = """{"model_type": "phi3", "sliding_window": 6}""",
        ["phi3 longrope"] = """
            {"model_type": "phi3", "original_max_position_embeddings": 8,
             "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.1, 1.3], "long_factor": [1.5, 3.0, 7.0]}}
            """,
        ["smollm3"] = """{"model_type": "smollm3", "no_rope_layer_interval": 2}""",
    };

    /// <summary>The names, for a theory.</summary>
    public static TheoryData<string> Names => [.. Own.Keys];

    /// <summary>The decoder of a name.</summary>
    public static DecoderConfig Of(string name) => Read(Own[name]);

    /// <summary>The decoder that common keys and some others make.</summary>
    public static DecoderConfig Read(string own)
    {
        using Scratch scratch = new();
        return TinyDecoder.Right(ConfigFile.Read(Write(scratch, own)));
    }

    /// <summary>Writes a configuration of the common keys and some others.</summary>
    public static string Write(Scratch scratch, string own)
    {
        JsonObject json = JsonNode.Parse(Common)!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(own)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        string path = scratch.At(ConfigFile.Name);
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }
}
