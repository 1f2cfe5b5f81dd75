using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Which ids start, end and pad a text. By name from <c>tokenizer_config.json</c>, else <c>special_tokens_map.json</c>; else by id from
/// <c>generation_config.json</c>, else <c>config.json</c>, where the first of several ends of text counts.
/// </summary>
internal static class SpecialTokenFiles
{
    private const int LargestFile = 16 << 20;

    /// <summary>Reads the roles from the files of a folder that are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizer">The tokenizer whose ids these are.</param>
    public static Either<FloeError, SpecialTokens> Read(string folder, Tokenizer tokenizer) =>
        from files in new[] { "tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "config.json" }
            .Select(name => Path.Combine(folder, name)).Where(File.Exists)
            .Each(path => JsonText.ReadObject(path, LargestFile).Map(root => (path, root)))
        from bos in Role(files, "bos_token", tokenizer)
        from eos in Role(files, "eos_token", tokenizer)
        from pad in Role(files, "pad_token", tokenizer)
        select new SpecialTokens(bos, eos, pad);

    private static Either<FloeError, Option<int>> Role(IReadOnlyList<(string Path, JsonElement Root)> files, string role, Tokenizer tokenizer)
    {
        foreach ((string path, JsonElement root) in files)
        {
            if (In(path, root, role, tokenizer).Failed(out FloeError? error, out Option<int> id))
            {
                return error;
            }

            if (id.IsSome)
            {
                return id;
            }
        }

        return Option<int>.None;
    }

    private static Either<FloeError, Option<int>> In(string path, JsonElement root, string role, Tokenizer tokenizer)
    {
        if (root.TryGetProperty(role, out JsonElement token) && token.ValueKind != JsonValueKind.Null)
        {
            return from text in token.ValueKind == JsonValueKind.Object
                       ? JsonFields.Text($"{path}: {role}", token, "content")
                       : JsonText.Text($"{path}: {role}", token)
                   from id in tokenizer.IdOf(text).ToEither<FloeError>(() => new FloeError.BadData(
                       $"{path}: {role}", "a token of the vocabulary", text, "Correct the file."))
                   select Some(id);
        }

        string key = role + "_id";
        if (!root.TryGetProperty(key, out JsonElement number) || number.ValueKind == JsonValueKind.Null)
        {
            return Option<int>.None;
        }

        JsonElement first = number.ValueKind == JsonValueKind.Array && number.GetArrayLength() > 0 ? number[0] : number;
        return from id in JsonFields.Id($"{path}: {key}", first)
               from known in Steps.Check(tokenizer.TokenOf(id).IsSome, () => new FloeError.BadData($"{path}: {key}", "the id of a token", $"{id}", "Correct the file."))
               select Some(id);
    }
}
