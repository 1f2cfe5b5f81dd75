using System.Text.Json;
using Floe.Effects.Formats;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// The keys of an <c>adapter_config.json</c>: those of PEFT's LoRA and IA³ up to 0.21, of HydraLoRA and of LoRAMoE. The list is closed:
/// whatever
/// else a
/// file sets is refused by its name, because it may change what the adapter computes.
/// </summary>
internal static class AdapterKeys
{
    /// <summary>Keys that <see cref="AdapterConfigFile"/> reads.</summary>
    private static readonly string[] Read =
    [
        "alpha_pattern", "base_model_name_or_path", "bias", "exclude_modules", "expert_pattern", "init_lora_weights", "layers_pattern",
        "layers_to_transform", "lora_alpha", "lora_dropout", "lora_nums", "peft_type", "r", "rank_pattern", "target_modules", "use_dora",
            "use_rslora",
    ];

    /// <summary>
    /// Keys that change nothing in what a finished adapter computes: records, options of an initialisation (which <c>init_lora_weights</c>
    /// chooses), weights of a loss, the storage order of a layer class that this decoder has not, and the tying of trained embeddings,
    /// which
    /// are refused anyway.
    /// </summary>
    private static readonly string[] Records =
    [
        "auto_mapping", "blc_alpha", "blc_weight", "corda_config", "ensure_weight_tying", "eva_config", "fan_in_fan_out", "inference_mode",
        "loftq_config", "lora_ga_config", "megatron_core", "merge_weights", "peft_version", "qalora_group_size", "revision",
        "runtime_config", "task_type",
    ];

    /// <summary>Keys that ask for something else when they are set, and its name.</summary>
    private static readonly Dictionary<string, string> Variants = new(StringComparer.Ordinal)
    {
        ["alora_invocation_tokens"] = "activated LoRA",
        ["arrow_config"] = "Arrow routing",
        ["enable_lora"] = "adapters on parts of a fused weight",
        ["kasa_config"] = "KaSA",
        ["layer_replication"] = "replicated layers",
        ["lora_bias"] = "a bias on B",
        ["megatron_config"] = "Megatron's parallel layers",
        ["modules_to_save"] = "whole modules saved with the adapter",
        ["monteclora_config"] = "MonteCLoRA",
        ["target_parameters"] = "adapters on bare parameters",
        ["trainable_token_indices"] = "trainable tokens",
        ["use_bdlora"] = "BD-LoRA",
        ["use_qalora"] = "QALoRA",
        ["velora_config"] = "VeLoRA",
    };

    /// <summary>Keys of IA³.</summary>
    private static readonly string[] Ia3 =
    [
        "auto_mapping", "base_model_name_or_path", "exclude_modules", "fan_in_fan_out", "feedforward_modules", "inference_mode",
            "init_ia3_weights", "peft_type",
        "peft_version", "revision", "target_modules", "task_type",
    ];

    /// <summary>What a key that is set asks for, where no adapter of <c>peft_type</c> LORA has it here; null where the key is known and
    /// harmless.</summary>
    /// <param name="key">The key.</param>
    public static string? OfLora(string key) => Read.Contains(key) || Records.Contains(key) ? null : Feature(key);

    /// <summary>The same for <c>peft_type</c> IA3.</summary>
    /// <param name="key">The key.</param>
    public static string? OfIa3(string key) => Ia3.Contains(key) ? null : Feature(key);

    private static string Feature(string key) => Variants.GetValueOrDefault(key, "a setting that is not known");

    /// <summary>Whether a value says something: null, false, 0, and an empty text, list or object do not.</summary>
    public static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Number => !(value.TryGetDouble(out double number) && number == 0),
        JsonValueKind.String => !value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => JsonText.Members(value).Any(),
        _ => true,
    };
}
