using System.Text.Json;
using Floe.Effects.Formats;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// The keys of an <c>adapter_config.json</c> as PEFT up to 0.21, HydraLoRA and LoRAMoE write it. The lists of keys that are read are
/// closed: whatever else a file sets is refused by its name, because it may change what the adapter computes.
/// </summary>
internal static class AdapterKeys
{
    /// <summary>Keys of every kind that are read, and records. The storage order is that of a layer class that this decoder has
    /// not.</summary>
    private static readonly string[] Common =
    [
        "auto_mapping", "base_model_name_or_path", "exclude_modules", "fan_in_fan_out", "inference_mode", "peft_type", "peft_version",
        "revision", "target_modules", "task_type",
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

    /// <summary>What a key that is set asks for, where a kind does not know it; null where it does.</summary>
    /// <param name="key">The key.</param>
    /// <param name="known">The keys that the kind knows besides those of every kind.</param>
    public static string? Refused(string key, IReadOnlyCollection<string> known) => Common.Contains(key) || known.Contains(key)
        ? null
        : Variants.GetValueOrDefault(key, "a setting that is not known");

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
