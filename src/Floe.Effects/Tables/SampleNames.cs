using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>
/// The names of samples in <c>floe.data</c>, with commas between them: a hash for a whole sample, <c>HASH:3/12</c> for the third of the
/// twelve parts that it was dealt into.
/// </summary>
internal static class SampleNames
{
    /// <summary>The name of a part.</summary>
    /// <param name="sample">The whole sample's.</param>
    /// <param name="part">From 0.</param>
    /// <param name="parts">How many there are; of a single one the name is the sample's.</param>
    public static string Part(string sample, int part, int parts) =>
        parts == 1 ? sample : string.Create(CultureInfo.InvariantCulture, $"{sample}:{part + 1}/{parts}");

    /// <summary>Whether every sample of one list, or the whole that it is a part of, is in another list.</summary>
    /// <param name="some">Names.</param>
    /// <param name="all">Names.</param>
    public static bool Within(string some, string all) => some.Split(',').Select(Whole).All(all.Split(',').Select(Whole).Contains);

    /// <summary>A sample that two lists have in common, wholly or in part.</summary>
    /// <param name="one">Names.</param>
    /// <param name="other">Names.</param>
    public static Option<string> Common(string one, string other) => (
        from a in one.Split(',')
        from b in other.Split(',')
        where Whole(a) == Whole(b) && (a == b || a == Whole(a) || b == Whole(b) || Of(a) != Of(b))
        select a).HeadOrNone();

    /// <summary>The names of joined lists, sorted; all parts of a sample together are the sample.</summary>
    /// <param name="lists">Lists without common samples.</param>
    public static string Join(IEnumerable<string> lists) => string.Join(',', lists.SelectMany(list => list.Split(','))
        .GroupBy(name => (Whole(name), Of(name)))
        .SelectMany(
            group => group.Key.Item2 == group.Count().ToString(CultureInfo.InvariantCulture) ? [group.Key.Item1] : group.AsEnumerable())
        .Order(StringComparer.Ordinal));

    private static string Whole(string name) => name.Split(':')[0];

    private static string Of(string name) => name.Split('/') is [_, var parts] ? parts : "";
}
