using System.Collections.Immutable;
using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>One step of an alternative: a set repeated between two counts, as many times as possible first; or a set that must not
/// follow.</summary>
/// <param name="Set">The code points.</param>
/// <param name="Least">Fewest repetitions.</param>
/// <param name="Most">Most repetitions.</param>
/// <param name="Forbidden">Whether this is <c>(?!set)</c>, which consumes nothing.</param>
internal readonly record struct SplitItem(CodePointSet Set, int Least, int Most, bool Forbidden);

/// <summary>
/// A regular expression as pre-tokenizers use them: an ordered choice between sequences of repeated sets, matched leftmost and greedily
/// over code points. It covers the patterns of GPT-2, Llama 3 and Qwen; others are refused by name, so that no pattern can take exponential
/// time: at most two repetitions of an alternative are unbounded, hence O(n²) steps a match at worst and O(n) a text in practice.
/// </summary>
internal sealed class SplitPattern
{
    /// <summary>GPT-2's pattern, which ByteLevel pre-tokenizers imply.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Llama 3's pattern: up to three digits together.</summary>
    internal const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen's pattern: each digit alone.</summary>
    internal const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly ImmutableArray<ImmutableArray<SplitItem>> alternatives;

    private SplitPattern(string source, bool isLiteral, ImmutableArray<ImmutableArray<SplitItem>> alternatives)
    {
        Source = source;
        IsLiteral = isLiteral;
        this.alternatives = alternatives;
    }

    /// <summary>The expression, or the text, as it was written.</summary>
    public string Source { get; }

    /// <summary>Whether <see cref="Source"/> is a text to match as it is, not an expression.</summary>
    public bool IsLiteral { get; }

    /// <summary>Reads a regular expression.</summary>
    /// <param name="source">The expression, in the syntax of Oniguruma.</param>
    /// <returns>The pattern, or <see cref="FloeError.Unsupported"/> naming what it asks for.</returns>
    public static Either<FloeError, SplitPattern> Parse(string source) =>
        SplitPatternParser.Parse(source).Map(alternatives => new SplitPattern(source, false, alternatives));

    /// <summary>A pattern that matches one text exactly.</summary>
    /// <param name="text">Not empty.</param>
    public static Either<FloeError, SplitPattern> Literal(string text) => text.Length == 0
        ? Left<FloeError, SplitPattern>(
            new FloeError.BadData("split pattern", "a text to split at", "an empty text", "Correct the tokenizer file."))
        : Right<FloeError, SplitPattern>(new SplitPattern(text, true, [[.. text.EnumerateRunes().Select(SplitPatternParser.Exactly)]]));

    /// <summary>Cuts a text into matches and the gaps between them, in order; none is empty.</summary>
    /// <param name="text">Any text.</param>
    public IEnumerable<(Range Where, bool Matched)> Cut(string text)
    {
        int gap = 0;
        int at = 0;
        while (at < text.Length)
        {
            int end = MatchAt(text, at);
            if (end <= at)
            {
                at += LengthAt(text, at);
                continue;
            }

            if (gap < at)
            {
                yield return (gap..at, false);
            }

            yield return (at..end, true);
            at = end;
            gap = end;
        }

        if (gap < text.Length)
        {
            yield return (gap..text.Length, false);
        }
    }

    private int MatchAt(string text, int start)
    {
        foreach (ImmutableArray<SplitItem> alternative in alternatives)
        {
            int end = Continue(text, alternative, 0, start);
            if (end > start)
            {
                return end;
            }
        }

        return start;
    }

    // Depth is the number of items of an alternative, which the parser bounds.
    private static int Continue(string text, ImmutableArray<SplitItem> items, int index, int at)
    {
        if (index == items.Length)
        {
            return at;
        }

        SplitItem item = items[index];
        if (item.Forbidden)
        {
            return at < text.Length && item.Set.Contains(RuneAt(text, at)) ? -1 : Continue(text, items, index + 1, at);
        }

        int end = at;
        int count = 0;
        while (count < item.Most && end < text.Length && item.Set.Contains(RuneAt(text, end)))
        {
            end += LengthAt(text, end);
            count++;
        }

        for (; count >= item.Least; count--)
        {
            int result = Continue(text, items, index + 1, end);
            if (result >= 0)
            {
                return result;
            }

            end -= count == 0 ? 0 : LengthBefore(text, end);
        }

        return -1;
    }

    private static Rune RuneAt(string text, int at)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out _);
        return rune;
    }

    private static int LengthAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    private static int LengthBefore(string text, int end) => end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
}
