using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// The added tokens of all files of a tokenizer as one list: those of the tokenizer itself, <c>added_tokens_decoder</c> of
/// tokenizer_config.json, added_tokens.json, and every token with a role. Files that give one token two ids, or one id to two tokens, are
/// refused. Where flags differ, those of tokenizer_config.json count, as in transformers, and a note says so.
/// </summary>
internal static class AddedTokenFiles
{
    private const string Decoder = "added_tokens_decoder";

    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
    private static readonly string[] RoleLists = ["additional_special_tokens", "extra_special_tokens"];

    /// <summary>Adds what the files of a folder add.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="tables">The tokenizer by itself.</param>
    /// <returns>All of it, and a note where flags differ; or the two places that contradict each other.</returns>
    public static Either<FloeError, (TokenizerTables Tables, Arr<string> Notes)> Merge(TokenizerFolder folder, TokenizerTables tables) =>
        from listed in Listed(folder)
        from roles in RoleTokens(folder)
        from named in Ids(folder, [.. roles.Select(role => role.Token.Content)])
        from merged in Merge(folder, tables, [.. listed, .. named, .. roles])
        select merged;

    // Without an id the vocabulary's counts.
    private sealed record Stated(string At, AddedToken Token, bool HasId, bool HasFlags);

    private static Either<FloeError, (TokenizerTables, Arr<string>)> Merge(
        TokenizerFolder folder, TokenizerTables tables, IReadOnlyList<Stated> stated)
    {
        Dictionary<string, AddedToken> added = new(StringComparer.Ordinal);
        Dictionary<int, string> owners = [];
        foreach ((string token, int id) in tables.Vocabulary)
        {
            owners.TryAdd(id, token);
        }

        foreach (AddedToken token in tables.Added)
        {
            (added[token.Content], owners[token.Id]) = (token, token.Content);
        }

        int changed = 0;
        foreach (Stated one in stated)
        {
            string content = one.Token.Content;
            int? known = added.TryGetValue(content, out AddedToken? before)
                ? before.Id
                : tables.Vocabulary.TryGetValue(content, out int found)
                ? found
                : null;
            int id = one.HasId ? one.Token.Id : known ?? -1;
            if (id < 0)
            {
                return new FloeError.BadData(
                    one.At, "a token of the vocabulary, or one with an id in added_tokens_decoder or added_tokens.json", content,
                        "Correct the file.");
            }

            if (known is int other && other != id)
            {
                return new FloeError.BadData(
                    one.At, $"{other}, the id of {content} in the tokenizer or another file", $"{id}", "Correct the file that is wrong.");
            }

            if (owners.TryGetValue(id, out string? owner) && owner != content)
            {
                return new FloeError.BadData(
                    one.At, "an id of its own", $"{id} for {content}, the id of {owner}", "Correct the file that is wrong.");
            }

            AddedToken now = before is null or { Hidden: true } || one.HasFlags ? one.Token with { Id = id } : before;
            changed += before is not null && before with { Special = now.Special } != now ? 1 : 0;
            (added[content], owners[id]) = (now, content);
        }

        return (
            tables with { Added = new Arr<AddedToken>(added.Values.OrderBy(token => token.Id)) },
            changed == 0 ? Arr<string>.Empty : Prelude.Array(
                $"{folder.At(TokenizerFolder.Settings, Decoder)}: {changed} tokens have other flags than in the tokenizer; these count, as "
                    + $"in transformers"));
    }

    private static Either<FloeError, IReadOnlyList<Stated>> Listed(TokenizerFolder folder)
    {
        string at = folder.At(TokenizerFolder.Settings, Decoder);
        JsonElement map = folder.Find(TokenizerFolder.Settings, Decoder);
        return map.ValueKind == JsonValueKind.Undefined
            ? Prelude.Right<FloeError, IReadOnlyList<Stated>>([])
            : from entries in JsonText.Expect(at, map, JsonValueKind.Object)
              from tokens in JsonText.Members(entries).Each(entry =>
                  from id in int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                      ? Prelude.Right<FloeError, int>(number)
                      : new FloeError.BadData(at, "ids as keys", entry.Name, "Correct the file.")
                  from token in JsonText.Expect($"{at}: {entry.Name}", entry.Value, JsonValueKind.Object)
                  from read in HuggingFaceTokenizer.AddedToken($"{at}: {entry.Name}", token, id)
                  select new Stated($"{at}: {entry.Name}", read, HasId: true, HasFlags: true))
              select tokens;
    }

    private static Either<FloeError, IReadOnlyList<Stated>> Ids(TokenizerFolder folder, System.Collections.Generic.HashSet<string> roles)
    {
        string at = Path.Combine(folder.Path, TokenizerFolder.Added);
        return !folder.Files.TryGetValue(TokenizerFolder.Added, out JsonElement root)
            ? Prelude.Right<FloeError, IReadOnlyList<Stated>>([])
            : JsonText.Members(root).Each(entry => JsonFields.Id($"{at}: {entry.Name}", entry.Value).Map(id =>
                new Stated($"{at}: {entry.Name}", Plain(entry.Name, id, roles.Contains(entry.Name)), HasId: true, HasFlags: false)));
    }

    private static Either<FloeError, IReadOnlyList<Stated>> RoleTokens(TokenizerFolder folder) =>
        new[] { TokenizerFolder.Settings, TokenizerFolder.Roles }
            .SelectMany(file => Roles.Select(role => (at: folder.At(file, role), found: folder.Find(file, role)))
                .Concat(RoleLists.SelectMany(
                    list => Items(folder.Find(file, list)).Select(item => (at: folder.At(file, list), found: item)))))
            .Where(role => role.found.ValueKind != JsonValueKind.Undefined)
            .Each(role => role.found.ValueKind == JsonValueKind.Object
                ? HuggingFaceTokenizer.AddedToken(role.at, role.found, 0).Map(token => new Stated(
                    role.at, token with { Special = true, Normalized = token.Normalized && JsonText.Has(role.found, "normalized", out _) },
                        HasId: false, HasFlags: false))
                : JsonText.Text(role.at, role.found)
                    .Map(content => new Stated(role.at, Plain(content, 0, special: true), HasId: false, HasFlags: false)));

    // A list of tokens, or names for them.
    private static IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array => list.EnumerateArray(),
        JsonValueKind.Object => JsonText.Members(list).Select(entry => entry.Value),
        JsonValueKind.Undefined => [],
        _ => [list],
    };

    private static AddedToken Plain(string content, int id, bool special) => new(content, id, special, Normalized: !special);
}
