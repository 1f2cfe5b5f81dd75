using System.Text.Json;
using Floe.Domain;

namespace Floe.Effects.Formats.Adapters;

/// <summary>A LoRA as MLX writes it, which is recognised and refused.</summary>
internal static class MlxAdapter
{
    /// <summary>How one becomes PEFT's.</summary>
    public const string Remedy =
        "Convert it to PEFT: lora_A.weight is lora_a transposed, lora_B.weight is lora_b transposed, r is the rank and lora_alpha is scale times rank.";

    /// <summary>Whether a configuration is MLX's.</summary>
    /// <param name="root">The configuration.</param>
    public static bool Wrote(JsonElement root) =>
        Setting.Of(root, "peft_type") is Setting.Absent && (root.TryGetProperty("lora_parameters", out _) || root.TryGetProperty("fine_tune_type", out _));

    /// <summary>What is said of one.</summary>
    public static FloeError Refusal(string path) => new FloeError.Unsupported(path, "an adapter in MLX's form", "PEFT's and HydraLoRA's folders, llama.cpp's GGUF", Remedy);
}
