using System.Globalization;
using Floe.Domain.Adapters;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Adapters;

/// <summary>Tensor names of adapter checkpoints, as PEFT (LoRA) and the HydraLoRA repository write them.</summary>
internal static class AdapterNames
{
    private const string BasePrefix = "base_model.model.";

    /// <summary>What wraps modules while they train, and stays in names that were saved without unwrapping.</summary>
    private static readonly string[] Wrappers = ["module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];

    /// <summary>A, [r, in]: shared by the experts of Hydra.</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">A linear layer of it.</param>
    public static string A(int layer, Projection module) => Named(layer, module, "lora_A");

    /// <summary>B of LoRA, [out, r].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">A linear layer of it.</param>
    public static string B(int layer, Projection module) => Named(layer, module, "lora_B");

    /// <summary>B of one expert of Hydra, [out, r].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">A linear layer of it.</param>
    /// <param name="expert">From 0.</param>
    public static string B(int layer, Projection module, int expert) => Named(layer, module, $"lora_B{expert}");

    /// <summary>The router of Hydra, [experts, in].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">A linear layer of it.</param>
    public static string Route(int layer, Projection module) => Named(layer, module, "lora_route");

    /// <summary>The decoder layer of a name in its full form.</summary>
    /// <param name="name">A name that <see cref="FullForm"/> gave.</param>
    public static int LayerOf(string name) => int.Parse(name.Split('.')[4], CultureInfo.InvariantCulture);

    /// <summary>
    /// The name in its full form, and the adapter's own name where it stands before the last <c>weight</c>. PEFT's loader also accepts
    /// names
    /// without <c>base_model.model.</c>, other tools leave out <c>model.</c> too, and torch.compile, DDP and FSDP put the names of their
    /// wrappers
    /// between. None where it is no LoRA or Hydra tensor of a decoder layer.
    /// </summary>
    /// <param name="stored">A name in a file.</param>
    public static Option<(string Name, string Adapter)> FullForm(string stored)
    {
        string[] all = stored.Split('.');
        int part = System.Array.FindIndex(all, IsPart);
        return part < 0 ? None : (Place(all[..part]), all[(part + 1)..]) switch
        {
            ({ } place, ["weight"]) => (Named(place.Layer, place.Module, all[part]), ""),
            ({ } place, [var adapter, "weight"]) => (Named(place.Layer, place.Module, all[part]), adapter),
            _ => Option<(string, string)>.None,
        };
    }

    /// <summary>The linear layer of a decoder layer that a path leads to; null where it leads elsewhere.</summary>
    /// <param name="segments">The path, with or without wrappers and what comes before <c>layers</c>.</param>
    private static (int Layer, Projection Module)? Place(IEnumerable<string> segments) =>
        segments.Where(segment => !Wrappers.Contains(segment)).ToArray() switch
    {
        ["base_model", "model", "model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["base_model", "model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["model", "layers", var layer, var block, var module] => Known(layer, block, module),
        ["layers", var layer, var block, var module] => Known(layer, block, module),
        _ => null,
    };

    private static (int Layer, Projection Module)? Known(string layer, string block, string module) =>
        int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && layer == index.ToString(CultureInfo.InvariantCulture)
        && Projections.Named(module).Case is Projection known
        && DecoderLayout.PathOf(index, known) == $"model.layers.{index}.{block}.{module}"
            ? (index, known)
            : null;

    private static bool IsPart(string segment) => segment is "lora_A" or "lora_B" or "lora_route" || IsExpert(segment);

    private static bool IsExpert(string part) =>
        part.StartsWith("lora_B", StringComparison.Ordinal)
        && int.TryParse(part.AsSpan("lora_B".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int expert)
        && part == $"lora_B{expert}";

    private static string Named(int layer, Projection module, string part) =>
        $"{BasePrefix}{DecoderLayout.PathOf(layer, module)}.{part}.weight";
}
