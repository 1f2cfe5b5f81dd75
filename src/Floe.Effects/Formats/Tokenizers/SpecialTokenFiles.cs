using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Which ids start, end and pad a text, as transformers finds them. By name from <c>tokenizer_config.json</c> and
/// <c>special_tokens_map.json</c>; the first counts before the second where it lists its added tokens, else after it. Then by id from
/// <c>generation_config.json</c>, else <c>config.json</c>, where the first of several ends of text counts. Every id that a file states must
/// be a token's.
/// </summary>
internal static class SpecialTokenFiles
{
    private static readonly string[] IdFiles = [TokenizerFolder.Generation, TokenizerFolder.Model];

    /// <summary>Reads the roles from the files of a folder that are there.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="tokenizer">The tokenizer whose ids these are.</param>
    /// <returns>The roles, and a note where two files name different tokens; or the id that is none.</returns>
    public static Either<FloeError, (SpecialTokens Roles, Arr<string> Notes)> Read(TokenizerFolder folder, Tokenizer tokenizer) =>
        from ids in new[] { "bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id", "sep_token_id", "decoder_start_token_id" }
            .SelectMany(key => IdFiles.Select(file => (key, file))).Each(item => Ids(folder, item.file, item.key, tokenizer))
        from bos in Role(folder, "bos_token", tokenizer)
        from eos in Role(folder, "eos_token", tokenizer)
        from pad in Role(folder, "pad_token", tokenizer)
        select (new SpecialTokens(bos.Id, eos.Id, pad.Id), bos.Note.ToArr() + eos.Note.ToArr() + pad.Note.ToArr());

    /// <summary>Every id that ends an answer, as the first of the files says that says any.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="tokenizer">The tokenizer whose ids these are.</param>
    public static Either<FloeError, IReadOnlyList<int>> Ends(TokenizerFolder folder, Tokenizer tokenizer) =>
        IdFiles.Each(file => Ids(folder, file, "eos_token_id", tokenizer))
            .Map<IReadOnlyList<int>>(ids => [.. ids.FirstOrDefault(found => found.Count > 0, []).Distinct()]);

    private static Either<FloeError, (Option<int> Id, Option<string> Note)> Role(TokenizerFolder folder, string role, Tokenizer tokenizer)
    {
        bool listed = folder.Find(TokenizerFolder.Settings, "added_tokens_decoder").ValueKind != JsonValueKind.Undefined;
        string[] files = listed ? [TokenizerFolder.Settings, TokenizerFolder.Roles] : [TokenizerFolder.Roles, TokenizerFolder.Settings];
        return
            from named in files.Where(file => folder.Find(file, role).ValueKind != JsonValueKind.Undefined)
                .Each(file => Named(folder, file, role, tokenizer))
            from ids in IdFiles.Each(file => Ids(folder, file, role + "_id", tokenizer))
            select (
                named.Select(token => token.Id).Concat(ids.SelectMany(found => found.Take(1))).HeadOrNone(),
                named.Count == 2 && named[0].Id != named[1].Id
                    ? Some($"{named[1].At}: {named[1].Content}, but {named[0].Content} in {named[0].File}, which counts, as in "
                        + $"transformers")
                    : None);
    }

    private static Either<FloeError, (int Id, string At, string File, string Content)> Named(
        TokenizerFolder folder, string file, string role, Tokenizer tokenizer) =>
        from content in folder.Find(file, role) is { ValueKind: JsonValueKind.Object } token
            ? JsonFields.Text(folder.At(file, role), token, "content")
            : JsonText.Text(folder.At(file, role), folder.Find(file, role))
        from id in tokenizer.IdOf(content).ToEither<FloeError>(() => new FloeError.BadData(
            folder.At(file, role), "a token of the vocabulary", content, "Correct the file."))
        select (id, folder.At(file, role), file, content);

    // −1 stood for "none" in early configurations.
    private static Either<FloeError, IReadOnlyList<int>> Ids(TokenizerFolder folder, string file, string key, Tokenizer tokenizer)
    {
        JsonElement found = folder.Find(file, key);
        JsonElement[] numbers = found.ValueKind switch
        {
            JsonValueKind.Undefined => [],
            JsonValueKind.Array => [.. found.EnumerateArray()],
            JsonValueKind.Number when found.TryGetInt32(out int none) && none == -1 => [],
            _ => [found],
        };
        return numbers.Each(number =>
            from id in JsonFields.Id(folder.At(file, key), number)
            from known in Steps.Check(tokenizer.TokenOf(id).IsSome, () => new FloeError.BadData(
                folder.At(file, key), $"the id of a token, of which the largest is {tokenizer.VocabularySize - 1}", $"{id}",
                    "Correct the file."))
            select id);
    }
}
