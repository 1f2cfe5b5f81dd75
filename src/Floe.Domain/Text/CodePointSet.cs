using System.Collections.Immutable;
using System.Text;

namespace Floe.Domain.Text;

/// <summary>One member of a set: a range of code points, Unicode general categories, or white space; possibly the complement of
/// it.</summary>
/// <param name="First">First code point of a range; -1 for the other kinds.</param>
/// <param name="Last">Last code point of a range.</param>
/// <param name="Categories">Bit c is set when general category c belongs; 0 for the other kinds.</param>
/// <param name="Complement">Whether everything else is meant.</param>
internal readonly record struct CodePointMember(int First, int Last, uint Categories, bool Complement)
{
    /// <summary>The code points from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static CodePointMember Range(int first, int last) => new(first, last, 0, false);

    /// <summary>Code points of general categories, a bit each.</summary>
    public static CodePointMember InCategories(uint mask, bool complement) => new(-1, -1, mask, complement);

    /// <summary>Unicode White_Space.</summary>
    public static CodePointMember WhiteSpace(bool complement) => new(-1, -1, 0, complement);

    /// <summary>Whether the member holds a code point.</summary>
    public bool Contains(Rune rune)
    {
        bool inside = First >= 0
            ? rune.Value >= First && rune.Value <= Last
            : Categories != 0 ? (Categories >> (int)Rune.GetUnicodeCategory(rune) & 1) != 0 : Rune.IsWhiteSpace(rune);
        return inside != Complement;
    }
}

/// <summary>A set of code points, such as <c>[^\s\p{L}\p{N}]</c>; membership is decided on code points, never on UTF-16 units.</summary>
internal sealed class CodePointSet
{
    private readonly ImmutableArray<CodePointMember> members;
    private readonly bool complement;
    private readonly bool[] ascii;

    /// <summary>The union of members, or its complement.</summary>
    public CodePointSet(IEnumerable<CodePointMember> members, bool complement)
    {
        this.members = [.. members];
        this.complement = complement;
        ascii = [.. Enumerable.Range(0, 128).Select(value => Decide(new Rune(value)))];
    }

    /// <summary>Whether the set holds a code point.</summary>
    public bool Contains(Rune rune) => rune.Value < 128 ? ascii[rune.Value] : Decide(rune);

    /// <summary>The bits of the general categories whose two-letter name starts with <paramref name="name"/>; 0 when there is
    /// none.</summary>
    public static uint CategoryMask(string name)
    {
        uint mask = 0;
        for (int i = 0; i < CategoryNames.Length; i++)
        {
            mask |= CategoryNames[i].StartsWith(name, StringComparison.Ordinal) ? 1u << i : 0;
        }

        return name.Length is 1 or 2 ? mask : 0;
    }

    private bool Decide(Rune rune)
    {
        foreach (CodePointMember member in members)
        {
            if (member.Contains(rune))
            {
                return !complement;
            }
        }

        return complement;
    }

    // In the order of System.Globalization.UnicodeCategory.
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
            "Pi",
        "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];
}
