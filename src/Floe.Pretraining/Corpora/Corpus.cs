using LanguageExt;

namespace Floe.Pretraining.Corpora;

/// <summary>A kind of text in the corpus.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Documents of this kind among every 100.</param>
/// <param name="Write">Writes one document.</param>
internal sealed record CorpusFamily(string Name, int Weight, Func<Dice, string> Write);

/// <summary>
/// The text that the embedded model is pretrained on: a pure function of a seed. Nothing in it is taken from anywhere; its licence is the
/// repository's.
/// </summary>
internal static class Corpus
{
    private static readonly CorpusFamily[] Families =
    [
        new("stories", 46, Stories.Document),
        new("lists", 10, Lists.List),
        new("look-ups", 12, Lists.LookUp),
        new("reading", 10, Reading.Document),
        new("counting", 5, Numbers.Counting),
        new("arithmetic", 11, Numbers.Arithmetic),
        new("code", 6, CodeLike.Document),
    ];

    /// <summary>The families' names with the share of the documents that each has.</summary>
    public static Arr<(string Name, double Share)> Shares { get; } =
        new(Families.Select(family => (family.Name, family.Weight / (double)Families.Sum(other => other.Weight))));

    /// <summary>One document. Its family and its words depend on the seed and the index alone.</summary>
    /// <param name="seed">The corpus.</param>
    /// <param name="index">Which document, from 0.</param>
    public static string Document(long seed, int index)
    {
        int drawn = new Dice(seed, -1, index).Below(Families.Sum(family => family.Weight));
        int at = 0;
        while (drawn >= Families[at].Weight)
        {
            drawn -= Families[at++].Weight;
        }

        return Families[at].Write(new Dice(seed, at, index));
    }

    /// <summary>Documents to learn from and documents to be judged by; no text is in both, and none of the latter twice.</summary>
    /// <param name="seed">The corpus.</param>
    /// <param name="count">How many to learn from.</param>
    /// <param name="heldOut">How many to be judged by.</param>
    public static (Arr<string> Train, Arr<string> HeldOut) Split(long seed, int count, int heldOut)
    {
        string[] train = [.. Enumerable.Range(0, count).Select(index => Document(seed, index))];
        System.Collections.Generic.HashSet<string> seen = new(train, StringComparer.Ordinal);
        IEnumerable<string> more = Enumerable.Range(count, int.MaxValue - count).Select(index => Document(seed, index));
        IEnumerable<string> fresh = more.Where(seen.Add).Take(heldOut);
        return (new Arr<string>(train), new Arr<string>(fresh));
    }
}
