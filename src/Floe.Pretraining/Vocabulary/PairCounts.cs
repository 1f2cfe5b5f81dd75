namespace Floe.Pretraining.Vocabulary;

/// <summary>
/// Counts of neighbouring symbols over a list of words, kept right while pairs are joined: only the words that hold a pair are looked at. A
/// heap gives the most frequent pair; each new count of a pair is a new entry, and entries of counts that have passed are dropped when met.
/// </summary>
internal sealed class PairCounts
{
    private const long Fewest = 2;

    private readonly List<int[]> words = [];
    private readonly List<long> weights = [];
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> holders = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> heap = new();

    /// <summary>Counts the pairs of words.</summary>
    /// <param name="words">Symbols of each word and how often it occurs.</param>
    public PairCounts(IEnumerable<(int[] Symbols, long Count)> words)
    {
        foreach ((int[] symbols, long count) in words)
        {
            this.words.Add(symbols);
            weights.Add(count);
            Add(this.words.Count - 1, 1);
        }

        foreach ((int Left, int Right) pair in counts.Keys)
        {
            Offer(pair);
        }
    }

    /// <summary>The most frequent pair, or none that occurs at least twice.</summary>
    public (int Left, int Right)? Best()
    {
        while (heap.TryDequeue(out (int Left, int Right) pair, out (long Count, int Left, int Right) claimed))
        {
            if (counts.GetValueOrDefault(pair) == -claimed.Count)
            {
                return pair;
            }
        }

        return null;
    }

    /// <summary>Replaces a pair by one symbol in all words.</summary>
    public void Join(int left, int right, int joined)
    {
        HashSet<(int, int)> changed = [];
        foreach (int word in holders.GetValueOrDefault((left, right), []).ToArray())
        {
            Add(word, -1);
            changed.UnionWith(Pairs(words[word]));
            words[word] = Joined(words[word], left, right, joined);
            Add(word, 1);
            changed.UnionWith(Pairs(words[word]));
        }

        _ = counts.Remove((left, right));
        _ = holders.Remove((left, right));
        foreach ((int Left, int Right) pair in changed)
        {
            Offer(pair);
        }
    }

    private static IEnumerable<(int, int)> Pairs(int[] symbols) => symbols.Zip(symbols.Skip(1));

    private static int[] Joined(int[] symbols, int left, int right, int joined)
    {
        List<int> result = new(symbols.Length);
        for (int at = 0; at < symbols.Length; at++)
        {
            bool pair = at + 1 < symbols.Length && symbols[at] == left && symbols[at + 1] == right;
            result.Add(pair ? joined : symbols[at]);
            at += pair ? 1 : 0;
        }

        return [.. result];
    }

    private void Add(int word, int sign)
    {
        foreach ((int Left, int Right) pair in Pairs(words[word]))
        {
            counts[pair] = counts.GetValueOrDefault(pair) + (sign * weights[word]);
            if (!holders.TryGetValue(pair, out HashSet<int>? list))
            {
                holders.Add(pair, list = []);
            }

            _ = list.Add(word);
        }
    }

    private void Offer((int Left, int Right) pair)
    {
        long count = counts.GetValueOrDefault(pair);
        if (count >= Fewest)
        {
            heap.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }
}
