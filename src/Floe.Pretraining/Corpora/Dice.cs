using Floe.Domain;

namespace Floe.Pretraining.Corpora;

/// <summary>
/// Random choices for one document. The state moves inside, so a document is a function of the seed that its dice start from and of nothing
/// else.
/// </summary>
internal sealed class Dice
{
    private SplitMix64 generator;

    /// <summary>Dice for one document of a family.</summary>
    /// <param name="seed">The corpus's seed.</param>
    /// <param name="family">A number of the family.</param>
    /// <param name="index">Which document.</param>
    public Dice(long seed, int family, int index)
    {
        (ulong corpus, _) = new SplitMix64(unchecked((ulong)seed)).NextBits();
        (ulong document, _) = new SplitMix64(unchecked(corpus + ((ulong)family << 32) + (ulong)index)).NextBits();
        generator = new SplitMix64(document);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound)
    {
        (int value, generator) = generator.NextBelow(bound);
        return value;
    }

    /// <summary>A whole number between two, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in <paramref name="percent"/> of a hundred cases.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>One of several things.</summary>
    public T Pick<T>(params T[] things) => things[Below(things.Length)];

    /// <summary>Several different things, in random order.</summary>
    public T[] Several<T>(T[] things, int count)
    {
        (int[] order, generator) = generator.Permutation(things.Length);
        return [.. order.Take(count).Select(at => things[at])];
    }
}
