using System.Text;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>
/// The unigram model of SentencePiece: the way through a word whose tokens' scores have the largest sum (Viterbi). A character that no
/// token covers costs 10 more than the worst score, and becomes the unknown token, or its bytes where the vocabulary has them. O(n ·
/// longest token).
/// </summary>
internal sealed class UnigramModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, float>.AlternateLookup<ReadOnlySpan<char>> scores;
    private readonly Dictionary<string, int> vocabulary;
    private readonly MissingCharacters missing;
    private readonly int longest;
    private readonly double unknownScore;

    /// <summary>Takes the tables of a tokenizer.</summary>
    public UnigramModel(Dictionary<string, int> vocabulary, IReadOnlyDictionary<string, float> scored, BpeOptions options)
    {
        this.vocabulary = vocabulary;
        missing = new MissingCharacters(vocabulary, options);
        scores = new Dictionary<string, float>(scored, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        longest = scored.Keys.Select(token => token.Length).DefaultIfEmpty(0).Max();
        unknownScore = scored.Values.DefaultIfEmpty(0).Min() - UnknownPenalty;
    }

    /// <summary>The tokens of a word.</summary>
    public int[] Segment(string word)
    {
        double[] best = new double[word.Length + 1];
        int[] from = new int[word.Length + 1];
        bool[] unknown = new bool[word.Length + 1];
        Array.Fill(best, double.NegativeInfinity, 1, word.Length);
        for (int at = 0; at < word.Length;)
        {
            int character = at + 1 < word.Length && char.IsSurrogatePair(word[at], word[at + 1]) ? 2 : 1;
            bool covered = false;
            for (int length = 1; length <= Math.Min(longest, word.Length - at); length++)
            {
                if (scores.TryGetValue(word.AsSpan(at, length), out float score))
                {
                    covered |= length == character;
                    Offer(at, at + length, best[at] + score, false);
                }
            }

            if (!covered)
            {
                Offer(at, at + character, best[at] + unknownScore, true);
            }

            at += character;
        }

        return Walk(word, from, unknown);

        void Offer(int start, int end, double score, bool isUnknown)
        {
            if (score > best[end])
            {
                (best[end], from[end], unknown[end]) = (score, start, isUnknown);
            }
        }
    }

    private int[] Walk(string word, int[] from, bool[] unknown)
    {
        Stack<(int Start, int End)> pieces = new();
        for (int end = word.Length; end > 0; end = from[end])
        {
            pieces.Push((from[end], end));
        }

        List<int> ids = [];
        bool fusing = false;
        foreach ((int start, int end) in pieces)
        {
            if (!unknown[end])
            {
                ids.Add(vocabulary[word[start..end]]);
                fusing = false;
            }
            else
            {
                _ = Rune.DecodeFromUtf16(word.AsSpan(start), out Rune rune, out _);
                fusing = missing.Append(rune, ids, fusing);
            }
        }

        return [.. ids];
    }
}
