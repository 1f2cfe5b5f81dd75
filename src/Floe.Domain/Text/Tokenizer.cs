using System.Runtime.InteropServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>
/// A tokenizer: text ↔ token ids, pure functions of its <see cref="TokenizerTables"/>. Gives the ids of Hugging Face tokenizers for the
/// same tables. Added tokens spelled in a text become their ids; nothing else is added by <see cref="Encode"/>.
/// </summary>
public sealed class Tokenizer
{
    private const int LongestRemembered = 64;
    private const int MostRemembered = 1 << 16;

    private readonly AddedTokenIndex literal;
    private readonly AddedTokenIndex normalized;
    private readonly Func<string, int[]> segment;
    private readonly WordCuts cuts;
    private readonly Lazy<TokenDecoder> decoder;
    private readonly Dictionary<int, string> tokens;
    private readonly System.Collections.Generic.HashSet<int> special;

    private Tokenizer(TokenizerTables tables, Func<string, int[]> segment)
    {
        Tables = tables;
        this.segment = segment;
        cuts = WordCuts.Of(tables);
        literal = new AddedTokenIndex(
            tables.Added.Where(token => !token.Normalized && !token.Hidden).Select(token => (token.Content, token)));
        normalized = new AddedTokenIndex(tables.Added.Where(token => token.Normalized && !token.Hidden)
            .Select(token => (TextPipeline.Normalize(tables.Normalizer, token.Content), token)));
        tokens = tables.Vocabulary.GroupBy(entry => entry.Value).ToDictionary(group => group.Key, group => group.First().Key);
        special = [.. tables.Added.Where(token => token.Special).Select(token => token.Id)];
        foreach (AddedToken token in tables.Added)
        {
            tokens[token.Id] = token.Content;
        }

        System.Collections.Generic.HashSet<int> hidden = [.. tables.Added.Where(token => token.Hidden).Select(token => token.Id)];
        decoder = new Lazy<TokenDecoder>(() => new TokenDecoder(tables.Decoder, tokens.Where(token => !hidden.Contains(token.Key))));
    }

    /// <summary>What the tokenizer is made of.</summary>
    internal TokenizerTables Tables { get; }

    /// <summary>Ids with a role, such as the end of text.</summary>
    internal SpecialTokens Special => Tables.Special;

    /// <summary>One more than the largest id: the fewest rows an embedding needs.</summary>
    public int VocabularySize => tokens.Count == 0 ? 0 : tokens.Keys.Max() + 1;

    /// <summary>Checks the tables and prepares them for use.</summary>
    /// <param name="tables">The tables.</param>
    /// <returns>The tokenizer; <see cref="FloeError.BadData"/> for a negative id, a merge of or into something that is not a token, an
    /// added token whose id belongs to another token, or an id around a text or with a role that is no token's.</returns>
    internal static Either<FloeError, Tokenizer> Create(TokenizerTables tables)
    {
        Dictionary<string, int> vocabulary = new(tables.Vocabulary, StringComparer.Ordinal);
        return from ids in TokenizerChecks.Ids(tables, vocabulary)
               from merges in TokenizerChecks.Merges(tables, vocabulary)
               select new Tokenizer(tables, tables.Segmentation switch
               {
                   Segmentation.Unigram unigram => new UnigramModel(vocabulary, unigram.Scored, tables.Options).Segment,
                   Segmentation.Words => new WordLevelModel(vocabulary, tables.Options).Segment,
                   _ => new BpeMerger(vocabulary, merges, tables.Options).Merge,
               });
    }

    /// <summary>The ids of a text, with nothing added at its ends.</summary>
    /// <param name="text">Any text; a lone surrogate counts as U+FFFD.</param>
    public Arr<int> Encode(string text) => new(Ids(text, new(StringComparer.Ordinal)));

    /// <summary>The ids of a text with what the tokenizer puts around one by default, such as the start of text of Llama.</summary>
    /// <param name="text">Any text.</param>
    public Arr<int> EncodeWithSpecial(string text) => Tables.Prefix + Encode(text) + Tables.Suffix;

    /// <summary>
    /// The ids of a text that a model goes on from: what the tokenizer puts before a text, unless the text itself spells it, and nothing
    /// after it.
    /// </summary>
    /// <param name="text">Any text.</param>
    public Arr<int> EncodeOpening(string text) => Open(Encode(text));

    /// <summary>
    /// The ids of a text that a model goes on from and of what follows. They are the ids of the joined text wherever these begin with the
    /// prompt's own. Elsewhere a token would reach over the seam, which a model that writes never does: then the completion is tokenized
    /// apart, as the continuation that it is, with no space or mark put in front.
    /// </summary>
    /// <param name="prompt">What is read.</param>
    /// <param name="completion">What follows.</param>
    internal PromptedIds EncodePrompted(string prompt, string completion)
    {
        Dictionary<string, int[]> remembered = new(StringComparer.Ordinal);
        List<int> before = Ids(prompt, remembered);
        List<int> joined = Ids(prompt + completion, remembered);
        if (Starts(joined, before) && (joined.Count > before.Count || completion.Length == 0))
        {
            return new PromptedIds(new Arr<int>(before), new Arr<int>(joined.Skip(before.Count)), Moved: false);
        }

        List<int> after = [];
        (bool text, bool words) = Continues(prompt);
        Append(completion, after, remembered, text, words);
        return new PromptedIds(new Arr<int>(before), new Arr<int>(after), Moved: !joined.SequenceEqual(before.Concat(after)));
    }

    /// <summary>
    /// The ids of texts that follow one another, each as the continuation of those before it: see <see cref="EncodePrompted"/>. O(total
    /// length) where added tokens stand between the texts, as in conversations.
    /// </summary>
    /// <param name="parts">The texts.</param>
    /// <returns>The ids of each, and whether the joined text has others somewhere.</returns>
    internal (Arr<Arr<int>> Parts, bool Moved) EncodeParts(IReadOnlyList<string> parts)
    {
        List<Arr<int>> done = [];
        bool moved = false;
        string tail = "";
        foreach (string part in parts)
        {
            PromptedIds seam = EncodePrompted(tail, part);
            done.Add(seam.Completion);
            moved |= seam.Moved;
            tail = SinceLastAdded(tail + part);
        }

        return (new Arr<Arr<int>>(done), moved);
    }

    /// <summary>The length of a text up to the end of the last added token in it, where only white space follows that; else none.</summary>
    internal Option<int> EndOfLastAdded(string text)
    {
        int at = 0;
        (int End, bool Token) last = (0, false);
        foreach ((string part, AddedToken? token) in literal.Cut(text))
        {
            at += part.Length;
            last = token is not null ? (at, true) : last.Token && string.IsNullOrWhiteSpace(part) ? last : (at, false);
        }

        return last.Token ? Some(last.End) : None;
    }

    /// <summary>Ids with what the tokenizer puts before a text, unless they begin with it.</summary>
    internal Arr<int> Open(Arr<int> ids) => Starts([.. ids], [.. Tables.Prefix]) ? ids : Tables.Prefix + ids;

    /// <summary>The text of ids; unknown ids count as nothing.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = false) =>
        decoder.Value.Decode(skipSpecial ? ids.Where(id => !special.Contains(id)) : ids);

    /// <summary>The token of an id as the vocabulary spells it.</summary>
    public Option<string> TokenOf(int id) => tokens.TryGetValue(id, out string? token) ? Some(token) : None;

    /// <summary>The id of a token as the vocabulary, or an added token, spells it.</summary>
    public Option<int> IdOf(string token) => Tables.Vocabulary.TryGetValue(token, out int id)
        ? Some(id)
        : Tables.Added.Find(added => added.Content == token).Map(added => added.Id);

    /// <summary>Ids with what the tokenizer puts after a text and the end of text, unless they end with it.</summary>
    internal Arr<int> Close(Arr<int> ids)
    {
        Arr<int> end = Special.Eos.Match(eos => Tables.Suffix.Contains(eos) ? Tables.Suffix : Tables.Suffix.Add(eos), () => Tables.Suffix);
        return Starts([.. ids.Reverse()], [.. end.Reverse()]) ? ids : ids + end;
    }

    private List<int> Ids(string text, Dictionary<string, int[]> remembered)
    {
        List<int> ids = [];
        Append(text, ids, remembered, continuesText: false, continuesWords: false);
        return ids;
    }

    private void Append(string text, List<int> ids, Dictionary<string, int[]> remembered, bool continuesText, bool continuesWords)
    {
        bool first = true;
        foreach ((string part, AddedToken? token) in literal.Cut(text))
        {
            if (token is null)
            {
                AppendPlain(TextPipeline.Normalize(Tables.Normalizer, part, continuesText, first), ids, remembered, continuesWords, first);
            }
            else
            {
                ids.Add(token.Id);
            }

            (continuesText, continuesWords, first) = (false, false, false);
        }
    }

    private void AppendPlain(string text, List<int> ids, Dictionary<string, int[]> remembered, bool continues, bool first)
    {
        foreach ((string part, AddedToken? token) in normalized.Cut(text))
        {
            if (token is null)
            {
                foreach (string word in TextPipeline.Words(Tables.PreTokenizer, part, continues, first).SelectMany(cuts.Cut))
                {
                    ids.AddRange(Merged(word, remembered));
                }
            }
            else
            {
                ids.Add(token.Id);
            }

            (continues, first) = (false, false);
        }
    }

    // Nothing before the last literal added token has a say in the ids of what follows it.
    private string SinceLastAdded(string text)
    {
        int at = 0;
        int start = 0;
        foreach ((string part, AddedToken? token) in literal.Cut(text))
        {
            start = token is null ? start : at;
            at += part.Length;
        }

        return text[start..];
    }

    // A normaliser sees the text between literal added tokens as one, a pre-tokenizer that between any.
    private (bool Text, bool Words) Continues(string before)
    {
        (string part, AddedToken? token) = literal.Cut(before).LastOrDefault();
        bool text = token is null && part is { Length: > 0 };
        return (text, text && normalized.Cut(TextPipeline.Normalize(Tables.Normalizer, part)).LastOrDefault().Token is null);
    }

    private static bool Starts(List<int> ids, List<int> start) =>
        ids.Count >= start.Count && CollectionsMarshal.AsSpan(ids)[..start.Count].SequenceEqual(CollectionsMarshal.AsSpan(start));

    // Remembering lives for one call, so that a call depends on nothing before it.
    private int[] Merged(string word, Dictionary<string, int[]> remembered)
    {
        if (word.Length > LongestRemembered)
        {
            return segment(word);
        }

        if (!remembered.TryGetValue(word, out int[]? ids))
        {
            ids = segment(word);
            if (remembered.Count < MostRemembered)
            {
                remembered.Add(word, ids);
            }
        }

        return ids;
    }
}
