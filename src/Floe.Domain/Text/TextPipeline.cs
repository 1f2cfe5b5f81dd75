using System.Globalization;
using System.Text;
using Floe.Domain.Text.Unicode;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>What the steps of normalisers, pre-tokenizers and decoders do. Each behaves as the step of that name in Hugging Face
/// tokenizers.</summary>
internal static class TextPipeline
{
    private const string Unreadable = "\uFFFD";

    /// <summary>Normalises a text.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="text">The text.</param>
    /// <param name="continues">Whether it goes on from a text that has been normalised, so that nothing is put before it.</param>
    /// <param name="first">Whether nothing at all stands before it.</param>
    public static string Normalize(Arr<NormalizerStep> steps, string text, bool continues = false, bool first = true) =>
        steps.Fold(text, (current, step) => step switch
    {
        NormalizerStep.Prepend prepend when current.Length > 0 && !continues && (first || !prepend.Once) => prepend.Text + current,
        NormalizerStep.Replace replace => current.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal),
        NormalizerStep.ReplaceMatches replace =>
            string.Concat(replace.Pattern.Cut(current).Select(part => part.Matched ? replace.Content : current[part.Where])),
        NormalizerStep.UnicodeForm { Composes: true } form => Normalization.Compose(current, form.Compatible),
        NormalizerStep.UnicodeForm form => Normalization.Decompose(current, form.Compatible),
        NormalizerStep.Charsmap charsmap => charsmap.Map.Write(current),
        NormalizerStep.SpellBytes => ByteAlphabet.Spell(current),
        NormalizerStep.StripMarks => string.Concat(current.EnumerateRunes().Where(rune => !IsMark(rune))),
        NormalizerStep.CleanSpaces => string.Concat(current.Where(unit => !IsControl(unit)).Select(unit => IsSpace(unit) ? ' ' : unit)),
        NormalizerStep.Lowercase => current.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant(),
        NormalizerStep.TrimEnd end => TrimEnd(current, end.Text),
        NormalizerStep.Strip strip => StripSpaces(current, strip.Left && !continues, strip.Right),
        NormalizerStep.CollapseSpaces => string.Join(' ', current.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        NormalizerStep.EndAtNul => current.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var end ? current[..end] : current,
        _ => current,
    });

    /// <summary>The words of a text; none is empty.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="text">The text.</param>
    /// <param name="continues">Whether it goes on from a text before it, so that no space is put in front.</param>
    /// <param name="first">Whether nothing at all stands before it.</param>
    public static IEnumerable<string> Words(Arr<PreTokenizerStep> steps, string text, bool continues = false, bool first = true) =>
        steps.Fold(Enumerable.Repeat(text, 1), (words, step) => step switch
        {
            PreTokenizerStep.Split split => words.SelectMany(word => Cut(split, word)),
            PreTokenizerStep.PrefixSpace when !continues => words.Select(word => word.StartsWith(' ') ? word : " " + word),
            PreTokenizerStep.Metaspace marks => words.SelectMany((word, at) => Marked(marks, word, !continues
                && (marks.Prepends == MarkPlace.Always || (marks.Prepends == MarkPlace.First && first && at == 0)))),
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
            DecoderStep.Pieces pieces => [PieceDecoding.Decode(pieces, texts)],
            DecoderStep.Fuse => [string.Concat(texts)],
            DecoderStep.Replace replace => texts.Select(text => text.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal)),
            DecoderStep.Metaspace marks =>
                texts.Select((text, at) => text.Replace(marks.Mark, at == 0 && marks.Prepended ? "" : " ", StringComparison.Ordinal)),
            DecoderStep.Strip strip => texts.Select(text => StripEnds(strip, text)),
            _ => texts,
        }));

    private static IEnumerable<string> Cut(PreTokenizerStep.Split split, string word) => split.Join == SplitJoin.Alone
        ? split.Pattern.Cut(word).Where(part => part.Matched ? split.KeepMatches : split.KeepGaps).Select(part => word[part.Where])
        : Joined(split, word);

    // Matches join what stands before, what follows, or the matches beside them.
    private static IEnumerable<string> Joined(PreTokenizerStep.Split split, string word)
    {
        int start = 0;
        bool open = false;
        bool wasMatch = false;
        foreach ((Range where, bool found) in split.Pattern.Cut(word))
        {
            int at = where.Start.Value;
            bool match = found == split.KeepMatches;
            bool cuts = split.Join switch
            {
                SplitJoin.Previous => !match || wasMatch,
                SplitJoin.Next => match || !wasMatch,
                _ => match != wasMatch,
            };
            if (open && cuts)
            {
                yield return word[start..at];
                start = at;
            }

            (open, wasMatch) = (true, match);
        }

        if (start < word.Length)
        {
            yield return word[start..];
        }
    }

    private static IEnumerable<string> Marked(PreTokenizerStep.Metaspace marks, string word, bool prepends)
    {
        string text = word.Replace(" ", marks.Mark, StringComparison.Ordinal);
        text = prepends && text.Length > 0 && !text.StartsWith(marks.Mark, StringComparison.Ordinal) ? marks.Mark + text : text;
        if (!marks.Cuts)
        {
            yield return text;
            yield break;
        }

        int start = 0;
        for (int at = text.IndexOf(
            marks.Mark, Math.Min(1, text.Length), StringComparison.Ordinal); at >= 0; at = text.IndexOf(
                marks.Mark, at + 1, StringComparison.Ordinal))
        {
            yield return text[start..at];
            start = at;
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }

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
        texts.AddRange(
            System.Text.Unicode.Utf8.IsValid(bytes) ? [Encoding.UTF8.GetString(bytes)] : Enumerable.Repeat(Unreadable, bytes.Length));
        run.Clear();
    }

    /// <summary>The byte that a token such as <c>&lt;0x41&gt;</c> stands for; null for every other token.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or
            UnicodeCategory.EnclosingMark;

    private static bool IsControl(char unit) =>
        unit is (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F';

    private static bool IsSpace(char unit) =>
        unit is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF'
            or '\uFFFD';

    private static string TrimEnd(string text, string end)
    {
        int length = text.Length;
        while (text.AsSpan(0, length).EndsWith(end, StringComparison.Ordinal))
        {
            length -= end.Length;
        }

        return text[..length];
    }

    private static string StripSpaces(string text, bool left, bool right)
    {
        ReadOnlySpan<char> rest = left ? text.AsSpan().TrimStart() : text;
        return (right ? rest.TrimEnd() : rest).ToString();
    }

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
