using System.Globalization;
using System.Text;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>What the steps of normalisers, pre-tokenizers and decoders do. Each behaves as the step of that name in Hugging Face tokenizers.</summary>
internal static class TextPipeline
{
    private const string Unreadable = "\uFFFD";

    /// <summary>Normalises a text.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="text">The text.</param>
    /// <param name="continues">Whether it goes on from a text that has been normalised, so that nothing is put before it.</param>
    public static string Normalize(Arr<NormalizerStep> steps, string text, bool continues = false) => steps.Fold(text, (current, step) => step switch
    {
        NormalizerStep.Prepend prepend when current.Length > 0 && !continues => prepend.Text + current,
        NormalizerStep.Replace replace => current.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal),
        _ => current,
    });

    /// <summary>The words of a text; none is empty.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="text">The text.</param>
    /// <param name="continues">Whether it goes on from a text before it, so that no space is put in front.</param>
    public static IEnumerable<string> Words(Arr<PreTokenizerStep> steps, string text, bool continues = false) =>
        steps.Fold(Enumerable.Repeat(text, 1), (words, step) => step switch
        {
            PreTokenizerStep.Split split => words.SelectMany(word => Cut(split, word)),
            PreTokenizerStep.PrefixSpace when !continues => words.Select(word => word.StartsWith(' ') ? word : " " + word),
            PreTokenizerStep.SpellBytes => words.Select(ByteAlphabet.Spell),
            _ => words,
        });

    /// <summary>The text of tokens; without steps they are joined by spaces.</summary>
    public static string Decode(Arr<DecoderStep> steps, IEnumerable<string> tokens) => steps.IsEmpty
        ? string.Join(' ', tokens)
        : string.Concat(steps.Fold(tokens, (texts, step) => step switch
        {
            DecoderStep.ByteLevel => [BytesToText(texts)],
            DecoderStep.ByteFallback => FallBack(texts),
            DecoderStep.Fuse => [string.Concat(texts)],
            DecoderStep.Replace replace => texts.Select(text => text.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal)),
            DecoderStep.Strip strip => texts.Select(text => StripEnds(strip, text)),
            _ => texts,
        }));

    private static IEnumerable<string> Cut(PreTokenizerStep.Split split, string word) =>
        split.Pattern.Cut(word).Where(part => part.Matched ? split.KeepMatches : split.KeepGaps).Select(part => word[part.Where]);

    // .NET's decoder writes one U+FFFD for each maximal subpart of an ill-formed sequence (Unicode 3.9, D93b).
    private static string BytesToText(IEnumerable<string> tokens)
    {
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            ByteAlphabet.AppendBytes(token, bytes);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static List<string> FallBack(IEnumerable<string> tokens)
    {
        List<string> texts = [];
        List<byte> run = [];
        foreach (string token in tokens)
        {
            if (ByteOf(token) is byte value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, texts);
            texts.Add(token);
        }

        Flush(run, texts);
        return texts;
    }

    private static void Flush(List<byte> run, List<string> texts)
    {
        byte[] bytes = [.. run];
        texts.AddRange(System.Text.Unicode.Utf8.IsValid(bytes) ? [Encoding.UTF8.GetString(bytes)] : Enumerable.Repeat(Unreadable, bytes.Length));
        run.Clear();
    }

    private static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;

    private static string StripEnds(DecoderStep.Strip strip, string text)
    {
        int start = 0;
        while (start < Math.Min(strip.Start, text.Length) && text[start] == strip.Character)
        {
            start++;
        }

        int stop = text.Length;
        while (stop > Math.Max(start, text.Length - strip.Stop) && text[stop - 1] == strip.Character)
        {
            stop--;
        }

        return text[start..stop];
    }
}
