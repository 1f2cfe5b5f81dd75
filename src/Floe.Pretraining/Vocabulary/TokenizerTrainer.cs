using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Pretraining.Vocabulary;

/// <summary>
/// Learns a byte-level BPE vocabulary: all 256 bytes are tokens, then the most frequent pair of neighbours inside words is joined until the
/// vocabulary is full (Sennrich et al., arXiv 1508.07909). Equal counts: the pair of smaller ids. A pure function of the words and their
/// counts.
/// </summary>
internal static class TokenizerTrainer
{
    /// <summary>The end of text, which also pads.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Learns a tokenizer that cuts digits one by one and words as GPT-2 does.</summary>
    /// <param name="texts">The corpus.</param>
    /// <param name="size">Tokens wanted, at least 257: the end of text has id 0, bytes have ids 1 … 256.</param>
    /// <returns>The tokenizer; smaller than wanted where no pair occurs twice any more.</returns>
    public static Either<FloeError, Tokenizer> Train(IEnumerable<string> texts, int size) =>
        from digits in SplitPattern.Parse(@"\p{N}")
        from words in SplitPattern.Parse(SplitPattern.Gpt2)
        from enough in size > 256
            ? Right<FloeError, Unit>(unit)
            : Left<FloeError, Unit>(new FloeError.Usage("vocabulary size", "at least 257", $"{size}", "Ask for a larger vocabulary."))
        let steps = Array<PreTokenizerStep>(
            new PreTokenizerStep.Split(digits, true, true), new PreTokenizerStep.Split(words, true, true),
                new PreTokenizerStep.SpellBytes())
        from tokenizer in Tokenizer.Create(Tables(steps, Count(steps, texts), size))
        select tokenizer;

    /// <summary>How often each word occurs, spelled in bytes.</summary>
    private static Dictionary<string, long> Count(Arr<PreTokenizerStep> steps, IEnumerable<string> texts)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (string word in texts.SelectMany(text => TextPipeline.Words(steps, text)))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts;
    }

    private static TokenizerTables Tables(Arr<PreTokenizerStep> steps, Dictionary<string, long> counts, int size)
    {
        List<string> tokens = [EndOfText, .. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Symbol((byte)value).ToString())];
        Dictionary<string, int> ids = tokens.Select((token, id) => (token, id))
            .ToDictionary(entry => entry.token, entry => entry.id, StringComparer.Ordinal);
        PairCounts pairs = new(counts.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => (entry.Key.Select(symbol => ids[symbol.ToString()]).ToArray(), entry.Value)));
        List<(string, string)> merges = [];
        while (tokens.Count < size && pairs.Best() is (int left, int right))
        {
            string joined = tokens[left] + tokens[right];
            if (!ids.TryGetValue(joined, out int id))
            {
                id = tokens.Count;
                tokens.Add(joined);
                ids.Add(joined, id);
            }

            merges.Add((tokens[left], tokens[right]));
            pairs.Join(left, right, id);
        }

        return new TokenizerTables(
            ids,
            toArray(merges),
            Array(new AddedToken(EndOfText, 0, Special: true)),
            Arr<NormalizerStep>.Empty,
            steps,
            Array<DecoderStep>(new DecoderStep.ByteLevel()),
            Arr<int>.Empty,
            Arr<int>.Empty,
            BpeOptions.ByteLevel,
            new SpecialTokens(None, Some(0), Some(0)));
    }
}
