using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Adapters;

/// <summary>Tensor names of adapter checkpoints, as PEFT (LoRA) and the HydraLoRA repository write them.</summary>
internal static class AdapterNames
{
    private const string BasePrefix = "base_model.model.";
    private const string ModelPrefix = "model.";

    /// <summary>A, [r, in]: shared by the experts of Hydra.</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">One of <see cref="DecoderLayout.Modules"/>.</param>
    public static string A(int layer, string module) => Named(layer, module, "lora_A");

    /// <summary>B of LoRA, [out, r].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">One of <see cref="DecoderLayout.Modules"/>.</param>
    public static string B(int layer, string module) => Named(layer, module, "lora_B");

    /// <summary>B of one expert of Hydra, [out, r].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">One of <see cref="DecoderLayout.Modules"/>.</param>
    /// <param name="expert">From 0.</param>
    public static string B(int layer, string module, int expert) => Named(layer, module, $"lora_B{expert}");

    /// <summary>The router of Hydra, [experts, in].</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="module">One of <see cref="DecoderLayout.Modules"/>.</param>
    public static string Route(int layer, string module) => Named(layer, module, "lora_route");

    /// <summary>
    /// The name in its full form: PEFT's loader also accepts names without <c>base_model.model.</c> or with the adapter's name before
    /// <c>.weight</c>, and other tools leave out <c>model.</c> too. None where it is no LoRA or Hydra tensor of a decoder layer.
    /// </summary>
    /// <param name="stored">A name in a file.</param>
    public static Option<string> FullForm(string stored)
    {
        string name = Without(Without(stored, BasePrefix), ModelPrefix);
        string[] parts = name.Split('.');
        return parts switch
        {
            ["layers", var layer, var block, var module, var part, "weight"] => Known(layer, block, module, part),
            ["layers", var layer, var block, var module, var part, "default", "weight"] => Known(layer, block, module, part),
            _ => None,
        };
    }

    private static Option<string> Known(string layer, string block, string module, string part) =>
        int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && layer == index.ToString(CultureInfo.InvariantCulture)
        && DecoderLayout.Modules.Contains(module)
        && DecoderLayout.PathOf(index, module) == $"model.layers.{index}.{block}.{module}"
        && (part is "lora_A" or "lora_B" or "lora_route" || IsExpert(part))
            ? Named(index, module, part)
            : Option<string>.None;

    private static bool IsExpert(string part) =>
        part.StartsWith("lora_B", StringComparison.Ordinal)
        && int.TryParse(part.AsSpan("lora_B".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int expert)
        && part == $"lora_B{expert}";

    private static string Named(int layer, string module, string part) => $"{BasePrefix}{DecoderLayout.PathOf(layer, module)}.{part}.weight";

    private static string Without(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
