namespace Floe.Effects.Formats.Families;

/// <summary>The families that Floe knows.</summary>
internal static class ModelFamilies
{
    /// <summary>All of them, in the order in which a message names them.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        LlamaFamily.Family, MistralFamily.Family, Qwen2Family.Family, Qwen3Family.Family,
        GemmaFamily.Family, Gemma2Family.Family, Phi3Family.Family, SmolLm3Family.Family,
    ];

    /// <summary>The family of a decoder; LLaMA where none is named so.</summary>
    /// <param name="config">The decoder.</param>
    public static ModelFamily Of(DecoderConfig config) => All.FirstOrDefault(f => f.ModelType == config.Architecture) ?? LlamaFamily.Family;

    /// <summary>How llama.cpp stores a decoder: as LLaMA where its family has no form of its own.</summary>
    /// <param name="config">The decoder.</param>
    public static GgufForm FormOf(DecoderConfig config) => Of(config).Gguf ?? LlamaFamily.Family.Gguf!;
}
