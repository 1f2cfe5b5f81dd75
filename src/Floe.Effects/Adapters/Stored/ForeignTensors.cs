using Floe.Domain;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// What the tensors of an adapter file are that are no tensors of an adapter on a linear layer of a decoder layer, as far as their names
/// tell.
/// </summary>
internal static class ForeignTensors
{
    private const string Supported = "tensors of LoRA, AdaLoRA, DoRA, IA³, HydraLoRA and LoRAMoE on the linear layers of decoder layers";

    /// <summary>One refusal for each feature that such tensors belong to; it names how many there are, and the first.</summary>
    /// <param name="at">The file.</param>
    /// <param name="names">Their names as they are stored and in PEFT's spelling.</param>
    public static IReadOnlyList<FloeError> Refusals(string at, IEnumerable<(string Stored, string Spelled)> names) =>
    [
        .. from name in names.OrderBy(n => n.Stored, StringComparer.Ordinal)
           group name.Stored by Of(name.Spelled) into same
           select new FloeError.Unsupported(
               $"{at}: {Short(same.First())}{(same.Count() > 1 ? $" and {same.Count() - 1} more" : "")}",
               same.Key.Feature, Supported, same.Key.Remedy),
    ];

    private static (string Feature, string Remedy) Of(string name)
    {
        string[] parts = name.Split('.');
        return parts switch
        {
            _ when IsLora(parts) && (parts.Contains("embed_tokens") || parts.Contains("lm_head")) =>
                ("an adapter on the embedding or the output head", "Train the adapter without it."),
            _ when parts[^1] is "lora_a" or "lora_b" => ("a LoRA in MLX's form", MlxAdapter.Remedy),
            _ when parts[^1] == "prompt_embeddings" => ("a trained prompt", "Train the adapter as LoRA or Hydra."),
            _ when parts.Contains("experts") => ("an adapter on the experts of a mixture", "Train the adapter without it."),
            _ when parts[^1] == "bias" => ("a trained bias", "Train the adapter with bias=\"none\"."),
            _ when IsLora(parts) =>
                ("an adapter tensor of this name", "Train or convert the adapter as LoRA or Hydra of linear layers of decoder layers."),
            _ when parts.Contains("embed_tokens") || parts.Contains("lm_head") =>
                ("a trained embedding or output head", "Train without modules_to_save, and save with save_embedding_layers=False."),
            [.., "weight"] =>
                ("a whole weight beside the adapter",
                    "Train without modules_to_save, and save only the adapter (save_pretrained of the PEFT model)."),
            _ => ("an adapter tensor of this name", "Train or convert the adapter as LoRA or Hydra."),
        };
    }

    private static bool IsLora(string[] parts) => parts.Any(p => p.StartsWith("lora_", StringComparison.Ordinal));

    private static string Short(string name) => name.Length <= 120 ? name : name[..120];
}
