using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>What must hold of <see cref="TokenizerTables"/> before a tokenizer is made of them.</summary>
internal static class TokenizerChecks
{
    /// <summary>Every id that the tables state is one of a token: not negative, its own, those around a text and with a role
    /// known.</summary>
    public static Either<FloeError, Unit> Ids(TokenizerTables tables, Dictionary<string, int> vocabulary)
    {
        foreach ((string token, int id) in vocabulary.Where(entry => entry.Value < 0).Take(1))
        {
            return Bad($"token {token}", "an id from 0", $"{id}");
        }

        // An id of two tokens would be decoded as one of them, whichever that is.
        Dictionary<int, string> byId = new(vocabulary.Count);
        foreach ((string token, int id) in vocabulary)
        {
            if (!byId.TryAdd(id, token))
            {
                return Bad($"token {token}", "an id of its own", $"{id}, the id of {byId[id]}");
            }
        }

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

        foreach ((string role, int id) in Named(tables).Where(named => !byId.ContainsKey(named.Id)).Take(1))
        {
            return Bad(role, $"the id of a token, of which there are {byId.Count}", $"{id}");
        }

        return unit;
    }

    /// <summary>Merges by ids; both sides and what they become must be tokens.</summary>
    public static Either<FloeError, Dictionary<(int Left, int Right), (int Rank, int Id)>> Merges(
        TokenizerTables tables, Dictionary<string, int> vocabulary)
    {
        if (Scored(tables.Segmentation).FirstOrDefault(entry => !vocabulary.ContainsKey(entry.Key)).Key is { } stray)
        {
            return new FloeError.BadData($"the score of {stray}", "a token of the vocabulary", "none", "Correct the tokenizer file.");
        }

        if (tables.Segmentation is Segmentation.Scores scores)
        {
            return ByScore(scores.Scored, vocabulary);
        }

        Dictionary<(int, int), (int, int)> merges = new(tables.Merges.Count);
        int rank = 0;
        foreach ((string left, string right) in tables.Merges)
        {
            string? missing = new[] { left, right, left + right }.FirstOrDefault(token => !vocabulary.ContainsKey(token));
            if (missing is not null)
            {
                return Left<FloeError, Dictionary<(int, int), (int, int)>>(
                    new FloeError.BadData(
                        $"merge {rank} ({left} {right})", "tokens of the vocabulary", $"{missing}, which is none",
                            "Correct the tokenizer file."));
            }

            merges[(vocabulary[left], vocabulary[right])] = (rank++, vocabulary[left + right]);
        }

        return merges;
    }

    private static IReadOnlyDictionary<string, float> Scored(Segmentation segmentation) => segmentation switch
    {
        Segmentation.Scores scores => scores.Scored,
        Segmentation.Unigram unigram => unigram.Scored,
        _ => new Dictionary<string, float>(),
    };

    // Every way to make a token of two ranks as its score; of equal scores the leftmost is joined first, whatever the pair.
    private static Dictionary<(int Left, int Right), (int Rank, int Id)> ByScore(
        IReadOnlyDictionary<string, float> scores, Dictionary<string, int> vocabulary)
    {
        Dictionary<(int, int), (int, int)> merges = [];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> spelled = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (int rank, float last) = (-1, float.NaN);
        foreach ((string token, float score) in scores.OrderByDescending(entry => entry.Value))
        {
            rank += score == last ? 0 : 1;
            last = score;
            for (int cut = 1; cut < token.Length; cut++)
            {
                if (spelled.TryGetValue(token.AsSpan(0, cut), out int left) && spelled.TryGetValue(token.AsSpan(cut), out int right))
                {
                    merges[(left, right)] = (rank, vocabulary[token]);
                }
            }
        }

        return merges;
    }

    private static IEnumerable<(string Role, int Id)> Named(TokenizerTables tables) =>
        tables.Prefix.Select(id => ("post_processor, before a text", id))
            .Concat(tables.Suffix.Select(id => ("post_processor, after a text", id)))
            .Concat(tables.Special.Bos.Map(id => ("bos_token", id)))
            .Concat(tables.Special.Eos.Map(id => ("eos_token", id)))
            .Concat(tables.Special.Pad.Map(id => ("pad_token", id)));

    private static Either<FloeError, Unit> Bad(string where, string expected, string found) =>
        Left<FloeError, Unit>(new FloeError.BadData(where, expected, found, "Correct the tokenizer file."));
}
