using Floe.Domain;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters;

/// <summary>Writes a model with an adapter merged into it, for programs that know no adapters.</summary>
internal static class AdapterMerge
{
    /// <summary>Merges. LoRA, DoRA and IA³ have a weight that does the same alone; a routed kind has none and is refused.</summary>
    /// <param name="model">The base model, as <see cref="Checkpoints.Open"/> accepts it.</param>
    /// <param name="adapter">The adapter, as <see cref="AdapterFolders.Open"/> accepts it.</param>
    /// <param name="folder">The new folder: configuration, weights and tokenizer in Hugging Face's form.</param>
    /// <param name="type">Type of the written weights; none for bfloat16 where the base model is stored so, else float32.</param>
    /// <param name="note">Takes a sentence where the tokenizer cannot be written.</param>
    /// <returns>The decoder that was written; or the first error, after which the folder is marked as unfinished.</returns>
    public static Either<FloeError, DecoderConfig> Run(
        string model, string adapter, string folder, Option<ElementType> type, Action<string> note)
    {
        List<AdapterFolder> held = [];
        try
        {
            return CheckpointConversion.Run(
                "floe merge", model, folder, type, note, opened => AdapterFolders.Open(adapter, opened.Config).Bind(found =>
            {
                held.Add(found);
                return MergedWeights.Of(opened, found);
            }));
        }
        finally
        {
            held.ForEach(found => found.Dispose());
        }
    }
}
