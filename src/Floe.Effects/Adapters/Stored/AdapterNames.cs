using System.Globalization;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>Tensor names of adapter checkpoints, as PEFT and the HydraLoRA and LoRAMoE repositories write them.</summary>
internal static class AdapterNames
{
    private const string BasePrefix = "base_model.model.";

    /// <summary>PEFT's name of what the prompt methods have trained; without an encoder, while it trains, that of an embedding.</summary>
    private const string Prompt = "prompt_embeddings";

    /// <summary>What wraps modules while they train, and stays in names that were saved without unwrapping.</summary>
    private static readonly string[] Wrappers = ["module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];

    /// <summary>The parts of every kind; of numbered ones the first.</summary>
    private static readonly System.Collections.Generic.HashSet<string> Parts =
        [.. AdapterForms.AllStored.SelectMany(one => one.Form.Parts(1))];

    /// <summary>A tensor's full name.</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">A linear layer of it.</param>
    /// <param name="part">One of <see cref="StoredForm.Parts"/>, such as <c>lora_A.weight</c>.</param>
    public static string Of(int layer, Projection module, string part) => $"{BasePrefix}{DecoderLayout.PathOf(layer, module)}.{part}";

    /// <summary>The decoder layer of a name in its full form; -1 for any other name.</summary>
    /// <param name="name">A name that <see cref="FullForm"/> gave.</param>
    public static int LayerOf(string name) =>
        name.Split('.') is [_, _, _, _, var layer, ..]
            && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int found)
            ? found
            : -1;

    /// <summary>
    /// The name in its full form, and the adapter's own name where it stands behind the part's. PEFT's loader also accepts names without
    /// <c>base_model.model.</c>, other tools leave out <c>model.</c> too, and torch.compile, DDP and FSDP put the names of their wrappers
    /// between. None where it is no tensor of an adapter on a linear layer of a decoder layer.
    /// </summary>
    /// <param name="stored">A name in a file.</param>
    public static Option<(string Name, string Adapter)> FullForm(string stored)
    {
        if (stored is Prompt or "prompt_encoder.embedding.weight")
        {
            return (Prompt, "");
        }

        string[] all = stored.Split('.');
        int part = System.Array.FindIndex(all, IsPart);
        return part < 0 ? None : (Place(all[..part]), all[(part + 1)..]) switch
        {
            ({ } place, []) => (Of(place.Layer, place.Module, all[part]), ""),
            ({ } place, ["weight"]) => (Of(place.Layer, place.Module, Weighted(all[part])), ""),
            ({ } place, [var adapter, "weight"]) => (Of(place.Layer, place.Module, Weighted(all[part])), adapter),
            ({ } place, [var adapter]) => (Of(place.Layer, place.Module, all[part]), adapter),
            _ => Option<(string, string)>.None,
        };
    }

    /// <summary>The linear layer of a decoder layer that a path leads to; null where it leads elsewhere.</summary>
    /// <param name="segments">The path, with or without wrappers and what comes before <c>layers</c>.</param>
    private static (int Layer, Projection Module)? Place(IEnumerable<string> segments) =>
        Once([.. segments.Where(segment => !Wrappers.Contains(segment))]) switch
    {
        ["base_model", "model", "model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["base_model", "model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["layers", var layer, var block, var module] => Known(layer, block, module),
        _ => null,
    };

    /// <summary>A model of PEFT that was given to PEFT once more has its prefix as often.</summary>
    private static string[] Once(string[] segments) =>
        segments is ["base_model", "model", "base_model", ..] ? Once(segments[2..]) : segments;

    private static (int Layer, Projection Module)? Known(string layer, string block, string module) =>
        int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && layer == index.ToString(CultureInfo.InvariantCulture)
        && Projections.Named(module).Case is Projection known
        && DecoderLayout.PathOf(index, known) == $"model.layers.{index}.{block}.{module}"
            ? (index, known)
            : null;

    /// <summary>A part as PEFT saves it: whatever is a module of its own has its weight, a vector has not, though it had one while it was
    /// trained.</summary>
    private static string Weighted(string part) => IsVector(part) ? part : $"{part}.weight";

    private static bool IsVector(string part) => Parts.Contains(part) && !Parts.Contains($"{part}.weight");

    private static bool IsPart(string segment) => Parts.Contains(segment) || Parts.Contains($"{segment}.weight") || IsExpert(segment);

    private static bool IsExpert(string part)
    {
        string family = part.TrimEnd([.. "0123456789"]);
        return Parts.Contains($"{family}0.weight")
            && int.TryParse(part.AsSpan(family.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int expert)
            && part == $"{family}{expert}";
    }
}
