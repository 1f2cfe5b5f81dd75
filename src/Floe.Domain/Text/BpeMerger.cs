using System.Text;

namespace Floe.Domain.Text;

/// <summary>
/// Merges the characters of a word into tokens: always the pair of best rank, the leftmost among equals, as long as there is one. A heap
/// over a linked list takes O(n log n) for a word of n characters. As <c>BPE::merge_word</c> of Hugging Face tokenizers.
/// </summary>
internal sealed class BpeMerger
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> spelled;
    private readonly Dictionary<long, (int Rank, int Id)> merges;
    private readonly BpeOptions options;
    private readonly MissingCharacters missing;

    /// <summary>Takes tables whose merges have been resolved to ids.</summary>
    public BpeMerger(Dictionary<string, int> vocabulary, Dictionary<(int Left, int Right), (int Rank, int Id)> merges, BpeOptions options)
    {
        this.vocabulary = vocabulary;
        this.merges = merges.ToDictionary(merge => MergeQueue.Packed(merge.Key.Left, merge.Key.Right), merge => merge.Value);
        this.options = options;
        spelled = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        missing = new MissingCharacters(vocabulary, options);
    }

    /// <summary>The tokens of a word.</summary>
    public int[] Merge(string word)
    {
        if (options.IgnoreMerges && vocabulary.TryGetValue(word, out int whole))
        {
            return [whole];
        }

        int[] symbols = Symbols(word);
        return symbols.Length < 2 ? symbols : Join(symbols);
    }

    private int[] Symbols(string word)
    {
        List<int> symbols = new(word.Length);
        bool fusing = false;
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in word.EnumerateRunes())
        {
            int length = rune.EncodeToUtf16(units);
            if (spelled.TryGetValue(units[..length], out int id))
            {
                symbols.Add(id);
                fusing = false;
            }
            else
            {
                fusing = missing.Append(rune, symbols, fusing);
            }
        }

        return [.. symbols];
    }

    private int[] Join(int[] symbols)
    {
        int[] next = [.. Enumerable.Range(1, symbols.Length)];
        int[] previous = [.. Enumerable.Range(-1, symbols.Length)];
        bool[] gone = new bool[symbols.Length];
        next[^1] = -1;
        MergeQueue waiting = new(symbols.Length);
        for (int start = 0; start + 1 < symbols.Length; start++)
        {
            Offer(start, symbols[start], symbols[start + 1]);
        }

        while (waiting.TryTake(out int at, out int id))
        {
            int right = gone[at] ? -1 : next[at];
            if (right < 0
                || !merges.TryGetValue(MergeQueue.Packed(symbols[at], symbols[right]), out (int Rank, int Id) now)
                || now.Id != id)
            {
                continue;
            }

            symbols[at] = id;
            gone[right] = true;
            int after = next[at] = next[right];
            if (after >= 0)
            {
                previous[after] = at;
                Offer(at, id, symbols[after]);
            }

            int before = previous[at];
            if (before >= 0)
            {
                Offer(before, symbols[before], id);
            }
        }

        return [.. symbols.Where((_, place) => !gone[place])];

        void Offer(int place, int left, int right)
        {
            if (merges.TryGetValue(MergeQueue.Packed(left, right), out (int Rank, int Id) merge))
            {
                waiting.Add(merge.Rank, merge.Id, place);
            }
        }
    }
}
