using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>
/// A BPE tokenizer: text ↔ token ids, pure functions of its <see cref="TokenizerTables"/>. Gives the ids of Hugging Face tokenizers for the
/// same tables. Added tokens spelled in a text become their ids; nothing else is added by <see cref="Encode"/>.
/// </summary>
public sealed class Tokenizer
{
    private const int LongestRemembered = 64;
    private const int MostRemembered = 1 << 16;

    private readonly AddedTokenIndex literal;
    private readonly AddedTokenIndex normalized;
    private readonly BpeMerger merger;
    private readonly Dictionary<int, string> tokens;
    private readonly System.Collections.Generic.HashSet<int> special;

    private Tokenizer(TokenizerTables tables, BpeMerger merger)
    {
        Tables = tables;
        this.merger = merger;
        literal = new AddedTokenIndex(tables.Added.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        normalized = new AddedTokenIndex(tables.Added.Where(token => token.Normalized)
            .Select(token => (TextPipeline.Normalize(tables.Normalizer, token.Content), token)));
        tokens = tables.Vocabulary.GroupBy(entry => entry.Value).ToDictionary(group => group.Key, group => group.First().Key);
        special = [.. tables.Added.Where(token => token.Special).Select(token => token.Id)];
        foreach (AddedToken token in tables.Added)
        {
            tokens[token.Id] = token.Content;
        }
    }

    /// <summary>What the tokenizer is made of.</summary>
    public TokenizerTables Tables { get; }

    /// <summary>Ids with a role, such as the end of text.</summary>
    public SpecialTokens Special => Tables.Special;

    /// <summary>One more than the largest id: the fewest rows an embedding needs.</summary>
    public int VocabularySize => tokens.Count == 0 ? 0 : tokens.Keys.Max() + 1;

    /// <summary>Checks the tables and prepares them for use.</summary>
    /// <param name="tables">The tables.</param>
    /// <returns>The tokenizer; <see cref="FloeError.BadData"/> for a negative id, a merge of or into something that is not a token, or an added
    /// token whose id belongs to another token.</returns>
    public static Either<FloeError, Tokenizer> Create(TokenizerTables tables)
    {
        Dictionary<string, int> vocabulary = new(tables.Vocabulary, StringComparer.Ordinal);
        return from ids in CheckIds(tables, vocabulary)
               from merges in Resolve(tables, vocabulary)
               select new Tokenizer(tables, new BpeMerger(vocabulary, merges, tables.Options));
    }

    /// <summary>The ids of a text, with nothing added at its ends.</summary>
    /// <param name="text">Any text; a lone surrogate counts as U+FFFD.</param>
    public Arr<int> Encode(string text)
    {
        List<int> ids = [];
        Dictionary<string, int[]> remembered = new(StringComparer.Ordinal);
        foreach ((string part, AddedToken? token) in literal.Cut(text))
        {
            if (token is null)
            {
                EncodePlain(part, ids, remembered);
            }
            else
            {
                ids.Add(token.Id);
            }
        }

        return new Arr<int>(ids);
    }

    /// <summary>The ids of a text with what the tokenizer puts around one by default, such as the start of text of Llama.</summary>
    /// <param name="text">Any text.</param>
    public Arr<int> EncodeWithSpecial(string text) => Tables.Prefix + Encode(text) + Tables.Suffix;

    /// <summary>The text of ids; unknown ids count as nothing.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = false) => TextPipeline.Decode(
        Tables.Decoder, ids.Where(id => tokens.ContainsKey(id) && !(skipSpecial && special.Contains(id))).Select(id => tokens[id]));

    /// <summary>The token of an id as the vocabulary spells it.</summary>
    public Option<string> TokenOf(int id) => tokens.TryGetValue(id, out string? token) ? Some(token) : None;

    /// <summary>The id of a token as the vocabulary, or an added token, spells it.</summary>
    public Option<int> IdOf(string token) => Tables.Vocabulary.TryGetValue(token, out int id)
        ? Some(id)
        : Tables.Added.Find(added => added.Content == token).Map(added => added.Id);

    private void EncodePlain(string text, List<int> ids, Dictionary<string, int[]> remembered)
    {
        foreach ((string part, AddedToken? token) in normalized.Cut(TextPipeline.Normalize(Tables.Normalizer, text)))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            foreach (string word in TextPipeline.Words(Tables.PreTokenizer, part))
            {
                ids.AddRange(Merged(word, remembered));
            }
        }
    }

    // Remembering lives for one call, so that a call depends on nothing before it.
    private int[] Merged(string word, Dictionary<string, int[]> remembered)
    {
        if (word.Length > LongestRemembered)
        {
            return merger.Merge(word);
        }

        if (!remembered.TryGetValue(word, out int[]? ids))
        {
            ids = merger.Merge(word);
            if (remembered.Count < MostRemembered)
            {
                remembered.Add(word, ids);
            }
        }

        return ids;
    }

    private static Either<FloeError, Unit> CheckIds(TokenizerTables tables, Dictionary<string, int> vocabulary)
    {
        foreach ((string token, int id) in vocabulary.Where(entry => entry.Value < 0).Take(1))
        {
            return Bad($"token {token}", "an id from 0", $"{id}");
        }

        Dictionary<int, string> byId = vocabulary.GroupBy(entry => entry.Value).ToDictionary(group => group.Key, group => group.First().Key);
        foreach (AddedToken token in tables.Added)
        {
            int expected = vocabulary.GetValueOrDefault(token.Content, token.Id);
            string owner = byId.GetValueOrDefault(token.Id, token.Content);
            if (token.Id < 0 || expected != token.Id || owner != token.Content)
            {
                return Bad(
                    $"added token {token.Content}",
                    token.Id < 0 ? "an id from 0" : expected != token.Id ? $"its id {expected} in the vocabulary" : "an id of its own",
                    owner == token.Content ? $"{token.Id}" : $"{token.Id}, the id of {owner}");
            }

            byId[token.Id] = token.Content;
        }

        return unit;
    }

    private static Either<FloeError, Dictionary<(int Left, int Right), (int Rank, int Id)>> Resolve(
        TokenizerTables tables, Dictionary<string, int> vocabulary)
    {
        Dictionary<(int, int), (int, int)> merges = new(tables.Merges.Count);
        int rank = 0;
        foreach ((string left, string right) in tables.Merges)
        {
            string? missing = new[] { left, right, left + right }.FirstOrDefault(token => !vocabulary.ContainsKey(token));
            if (missing is not null)
            {
                return Left<FloeError, Dictionary<(int, int), (int, int)>>(
                    new FloeError.BadData($"merge {rank} ({left} {right})", "tokens of the vocabulary", $"{missing}, which is none", "Correct the tokenizer file."));
            }

            merges[(vocabulary[left], vocabulary[right])] = (rank++, vocabulary[left + right]);
        }

        return merges;
    }

    private static Either<FloeError, Unit> Bad(string where, string expected, string found) =>
        Left<FloeError, Unit>(new FloeError.BadData(where, expected, found, "Correct the tokenizer file."));
}
