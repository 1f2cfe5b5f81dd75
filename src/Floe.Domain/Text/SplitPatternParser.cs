using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>
/// Reads the regular expressions of <see cref="SplitPattern"/>: choice, sequence, groups <c>(…)</c> <c>(?:…)</c> <c>(?i:…)</c> with or
/// without <c>?</c>, sets <c>[…]</c>, <c>\s \S \d \D \p{…} \P{…}</c>, escapes, <c>? * + {m} {m,} {m,n}</c>, and <c>(?!set)</c>. Groups are
/// multiplied out.
/// </summary>
internal sealed class SplitPatternParser
{
    private const int MostAlternatives = 256;
    private const int MostItems = 32;
    private const int MostUnbounded = 2;
    private const int DeepestGroup = 4;

    private readonly string source;
    private int at;
    private string? refused;

    private SplitPatternParser(string source) => this.source = source;

    /// <summary>Reads an expression, or says what it asks for that is not supported.</summary>
    public static Either<FloeError, ImmutableArray<ImmutableArray<SplitItem>>> Parse(string source)
    {
        SplitPatternParser parser = new(source);
        List<ImmutableArray<SplitItem>> alternatives = parser.Choice(false, 0);
        string? refused = parser.refused
            ?? (parser.at < source.Length ? "an unmatched )" : null)
            ?? (alternatives.Exists(items => items.All(item => item.Least == 0)) ? "an alternative that may be empty" : null)
            ?? (alternatives.Exists(items => items.Count(item => item.Most == int.MaxValue) > MostUnbounded)
                ? "three unbounded repetitions in one alternative"
                : null);
        return refused is null
            ? Right<FloeError, ImmutableArray<ImmutableArray<SplitItem>>>([.. alternatives])
            : Left<FloeError, ImmutableArray<ImmutableArray<SplitItem>>>(new FloeError.Unsupported(
                $"split pattern {Shown(source)}",
                refused,
                "choices of repeated character sets, as in GPT-2, Llama 3 and Qwen",
                "Use a tokenizer with such a pattern."));
    }

    /// <summary>The step that matches one code point.</summary>
    public static SplitItem Exactly(Rune rune) =>
        new(new CodePointSet([CodePointMember.Range(rune.Value, rune.Value)], false), 1, 1, false);

    private static string Shown(string source) => source.Length <= 120 ? source : source[..120] + "…";

    private char Next => at < source.Length ? source[at] : '\0';

    private bool Take(string text)
    {
        bool found = string.CompareOrdinal(source, at, text, 0, text.Length) == 0;
        at += found ? text.Length : 0;
        return found;
    }

    private List<ImmutableArray<SplitItem>> Choice(bool anyCase, int depth)
    {
        List<ImmutableArray<SplitItem>> all = [];
        do
        {
            all.AddRange(Sequence(anyCase, depth));
            refused ??= all.Count > MostAlternatives ? $"more than {MostAlternatives} alternatives" : null;
        }
        while (refused is null && Take("|"));
        return all;
    }

    private List<ImmutableArray<SplitItem>> Sequence(bool anyCase, int depth)
    {
        List<ImmutableArray<SplitItem>> sequences = [[]];
        while (refused is null && at < source.Length && Next is not ('|' or ')'))
        {
            List<ImmutableArray<SplitItem>> element = Element(anyCase, depth);
            sequences = [.. sequences.SelectMany(head => element.Select(tail => head.AddRange(tail))).Take(MostAlternatives + 1)];
            refused ??= sequences.Count > MostAlternatives ? $"more than {MostAlternatives} alternatives" : null;
            refused ??= sequences.Exists(items => items.Length > MostItems) ? $"an alternative of more than {MostItems} parts" : null;
        }

        return sequences;
    }

    private List<ImmutableArray<SplitItem>> Element(bool anyCase, int depth)
    {
        if (Take("(?!"))
        {
            CodePointSet set = Atom(anyCase);
            refused ??= Take(")") ? null : "a look-ahead of more than one set";
            return [[new SplitItem(set, 0, 0, true)]];
        }

        if (Next != '(')
        {
            CodePointSet set = Atom(anyCase);
            (int least, int most) = Quantifier();
            return [[new SplitItem(set, least, most, false)]];
        }

        bool ignoreCase = Take("(?i:");
        if (!ignoreCase && !Take("(?:"))
        {
            at++;
            refused ??= Next == '?' ? $"the group ({source.AsSpan(at, Math.Min(3, source.Length - at))}" : null;
        }

        refused ??= depth >= DeepestGroup ? "deeply nested groups" : null;
        List<ImmutableArray<SplitItem>> inside = refused is null ? Choice(anyCase || ignoreCase, depth + 1) : [];
        refused ??= Take(")") ? null : "a group without )";
        (int fewest, int times) = Quantifier();
        refused ??= times == 1 ? null : "a repeated group";
        return fewest == 0 ? [.. inside, []] : inside;
    }

    private (int Least, int Most) Quantifier()
    {
        (int, int) counts = Take("?")
            ? (0, 1)
            : Take("*")
            ? (0, int.MaxValue)
            : Take("+")
            ? (1, int.MaxValue)
            : Take("{")
            ? Counts()
            : (1, 1);
        refused ??= counts != (1, 1) && Next is '+' or '?' or '*' ? "a possessive or lazy repetition" : null;
        return counts;
    }

    private (int Least, int Most) Counts()
    {
        int close = source.IndexOf('}', at);
        string[] parts = close < 0 ? [] : source[at..close].Split(',');
        int least = 0;
        int most = 0;
        bool read = parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out least)
            && (parts.Length == 1
                || parts[1].Length == 0
                || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out most));
        most = parts.Length == 1 ? least : parts.Length == 2 && parts[1].Length == 0 ? int.MaxValue : most;
        refused ??= !read || most < least ? "a repetition count that is not {m}, {m,} or {m,n}" : null;
        refused ??= most is > 1000 and < int.MaxValue || least > 1000 ? "more than 1000 repetitions" : null;
        at = close < 0 ? source.Length : close + 1;
        return (least, most);
    }

    private CodePointSet Atom(bool anyCase)
    {
        if (Take("["))
        {
            return Bracket(anyCase);
        }

        if (at >= source.Length || Next is '^' or '$' or '.' or '?' or '*' or '+' or '{' or ')' or '|' or '(')
        {
            refused ??= at >= source.Length ? "an expression that ends early" : $"'{Next}' here";
            return new CodePointSet([], false);
        }

        return new CodePointSet(Member(anyCase), false);
    }

    private CodePointSet Bracket(bool anyCase)
    {
        bool complement = Take("^");
        List<CodePointMember> members = [];
        while (refused is null && !Take("]"))
        {
            refused ??= at >= source.Length
                ? "a set without ]"
                : Next == '[' || source.AsSpan(at).StartsWith("&&")
                ? "a set inside a set"
                : null;
            List<CodePointMember> first = refused is null ? Member(anyCase) : [];
            if (refused is null && Next == '-' && at + 1 < source.Length && source[at + 1] != ']')
            {
                at++;
                List<CodePointMember> last = Member(false);
                bool range = first.Count > 0 && last.Count == 1 && !anyCase && first[0].First >= 0 && last[0].First >= first[0].First;
                refused ??= range ? null : "a range that is not between two characters";
                first = range ? [CodePointMember.Range(first[0].First, last[0].First)] : first;
            }

            members.AddRange(first);
        }

        refused ??= members.Count == 0 ? "an empty set" : null;
        return new CodePointSet(members, complement);
    }

    private List<CodePointMember> Member(bool anyCase)
    {
        if (Take(@"\"))
        {
            return [Escape()];
        }

        _ = Rune.DecodeFromUtf16(source.AsSpan(at), out Rune rune, out int length);
        at += length;
        return anyCase ? EveryCase(rune) : [CodePointMember.Range(rune.Value, rune.Value)];
    }

    // Simple case folding: U+017F folds to s and U+212A to k.
    private static List<CodePointMember> EveryCase(Rune rune)
    {
        int extra = rune.Value switch { 's' or 'S' => 0x17F, 'k' or 'K' => 0x212A, _ => rune.Value };
        int[] spellings = [Rune.ToLowerInvariant(rune).Value, Rune.ToUpperInvariant(rune).Value, extra];
        return [.. spellings.Distinct().Select(value => CodePointMember.Range(value, value))];
    }

    private CodePointMember Escape()
    {
        char letter = Next;
        at++;
        switch (letter)
        {
            case 's' or 'S':
                return CodePointMember.WhiteSpace(letter == 'S');
            case 'd' or 'D':
                return CodePointMember.InCategories(CodePointSet.CategoryMask("Nd"), letter == 'D');
            case 'p' or 'P':
                int close = source.IndexOf('}', Math.Min(at, source.Length));
                string name = Next == '{' && close > at ? source[(at + 1)..close] : "";
                uint mask = CodePointSet.CategoryMask(name);
                refused ??= mask == 0 ? $@"the class \{letter}{{{name}}}" : null;
                at = close < 0 ? source.Length : close + 1;
                return CodePointMember.InCategories(mask | (mask == 0 ? 1u : 0), letter == 'P');
            default:
                int value = letter switch { 'r' => '\r', 'n' => '\n', 't' => '\t', 'f' => '\f', 'v' => '\v', _ => letter };
                refused ??= value == letter && (char.IsAsciiLetterOrDigit(letter) || letter >= 128 || letter == '\0')
                    ? $@"the escape \{letter}"
                    : null;
                return CodePointMember.Range(value, value);
        }
    }
}
