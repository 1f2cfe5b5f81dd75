using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>The normaliser of a tokenizer.json as a flat list of steps.</summary>
internal static class HuggingFaceNormalizer
{
    /// <summary>Most times that a text may grow by all replacements together.</summary>
    private const double LargestGrowth = 64;

    /// <summary>Reads <c>normalizer</c>.</summary>
    public static Either<FloeError, Arr<NormalizerStep>> Read(string at, JsonElement element) =>
        from steps in HuggingFaceSteps.Flatten(at, element, "normalizers", StepOf)
        let growth = steps.Fold(1.0, (product, step) => product * Math.Max(1.0, Growth(step)))
        from bounded in Steps.Check(growth <= LargestGrowth, () => new FloeError.BadData(
            at, $"replacements that lengthen a text at most {LargestGrowth} times", $"{growth:G3} times", "Correct the file."))
        select steps;

    private static double Growth(NormalizerStep step) => step switch
    {
        NormalizerStep.Replace replace => (double)replace.Content.Length / replace.Pattern.Length,
        NormalizerStep.ReplaceMatches replace => replace.Content.Length,
        NormalizerStep.Charsmap charsmap => charsmap.Map.Longest,
        _ => 1.0,
    };

    private static Either<FloeError, Arr<NormalizerStep>> StepOf(string at, JsonElement step, string type) => type switch
    {
        "Prepend" => JsonFields.Text(at, step, "prepend").Map(text => Array<NormalizerStep>(new NormalizerStep.Prepend(text))),
        "Replace" => from pattern in HuggingFaceSteps.Pattern(at, step)
                     from content in JsonFields.Text(at, step, "content")
                     select Array<NormalizerStep>(
                         pattern.IsLiteral
                             ? new NormalizerStep.Replace(pattern.Source, content)
                             : new NormalizerStep.ReplaceMatches(pattern, content)),
        "NFC" or "NFD" or "NFKC" or "NFKD" =>
            Array<NormalizerStep>(new NormalizerStep.UnicodeForm(type[^1] == 'C', Compatible: type[2] == 'K')),
        "Precompiled" => from text in JsonFields.Text(at, step, "precompiled_charsmap")
                         from bytes in Base64($"{at}: precompiled_charsmap", text)
                         from map in CharacterMap.Read($"{at}: precompiled_charsmap", bytes)
                         select Array<NormalizerStep>(new NormalizerStep.Charsmap(map)),
        "Lowercase" => Array<NormalizerStep>(new NormalizerStep.Lowercase()),
        "Strip" => from left in JsonFields.Flag(at, step, "strip_left", true)
                   from right in JsonFields.Flag(at, step, "strip_right", true)
                   select Array<NormalizerStep>(new NormalizerStep.Strip(left, right)),
        "StripAccents" => Array<NormalizerStep>(new NormalizerStep.StripMarks()),
        "Nmt" => Array<NormalizerStep>(new NormalizerStep.CleanSpaces()),
        "ByteLevel" => Array<NormalizerStep>(new NormalizerStep.SpellBytes()),
        _ => HuggingFaceSteps.Refuse<NormalizerStep>(
            at, "normalizer", type, "Prepend, Replace, NFC, NFD, NFKC, NFKD, Precompiled, Lowercase, Strip, StripAccents, Nmt, ByteLevel, "
                + "Sequence"),
    };

    private static Either<FloeError, byte[]> Base64(string at, string text)
    {
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out int length)
            ? bytes[..length]
            : new FloeError.BadData(at, "a map in base64", $"{text.Length} characters that are not", "Fetch the file again.");
    }
}
