using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads <c>tokenizer.json</c> of Hugging Face tokenizers, version 1.0, with a BPE, unigram or word-level model. <c>truncation</c> and
/// <c>padding</c> of the file are ignored: cutting and padding belong to the batch.
/// </summary>
internal static class HuggingFaceTokenizer
{
    private const int LargestFile = 256 << 20;

    /// <summary>Reads the tables of a file; roles of ids are left open.</summary>
    public static Either<FloeError, TokenizerTables> Read(string path) =>
        from root in JsonText.ReadObject(path, LargestFile)
        from version in Version(path, root)
        from model in HuggingFaceModel.Read($"{path}: model", root)
        from added in Added(path, root)
        from normalizer in HuggingFaceNormalizer.Read($"{path}: normalizer", Section(root, "normalizer"))
        from words in HuggingFaceSteps.PreTokenizer($"{path}: pre_tokenizer", Section(root, "pre_tokenizer"))
        from decoder in HuggingFaceSteps.Decoder($"{path}: decoder", Section(root, "decoder"))
        from around in HuggingFaceTemplate.Read($"{path}: post_processor", Section(root, "post_processor"), Tokens(model.Vocabulary, added))
        select new TokenizerTables(
            model.Vocabulary, model.Merges, added, normalizer, words, decoder, around.Prefix, around.Suffix, model.Options,
                SpecialTokens.None)
        {
            Segmentation = model.Segmentation,
        };

    /// <summary>Reads one added token, as <c>added_tokens</c> and <c>added_tokens_decoder</c> hold them.</summary>
    public static Either<FloeError, AddedToken> AddedToken(string at, JsonElement token, int id) =>
        from content in JsonText.Member(at, token, "content", JsonValueKind.String).Bind(text => JsonText.Text(at, text))
        from flags in new[] { "special", "normalized", "single_word", "lstrip", "rstrip" }.Each(
            name => JsonFields.Flag(at, token, name, name == "normalized" && !IsSpecial(token)))
        select new AddedToken(content, id, flags[0], flags[1], flags[2], flags[3], flags[4]);

    private static Dictionary<int, string> Tokens(IReadOnlyDictionary<string, int> vocabulary, Arr<AddedToken> added)
    {
        Dictionary<int, string> tokens = new(vocabulary.Count + added.Count);
        foreach ((string token, int id) in vocabulary.Concat(added.Select(token => KeyValuePair.Create(token.Content, token.Id))))
        {
            tokens[id] = token;
        }

        return tokens;
    }

    private static bool IsSpecial(JsonElement token) => JsonText.Has(token, "special", out JsonElement special)
        && special.ValueKind == JsonValueKind.True;

    private static JsonElement Section(JsonElement root, string name) => JsonText.Has(root, name, out JsonElement section)
        ? section
        : default;

    private static Either<FloeError, Unit> Version(string path, JsonElement root) =>
        !JsonText.Has(root, "version", out JsonElement version) || (version.ValueKind == JsonValueKind.String && version.ValueEquals("1.0"))
            ? unit
            : new FloeError.Unsupported(
                $"{path}: version", version.GetRawText(), "1.0", "Save the tokenizer with a current version of tokenizers.");

    private static Either<FloeError, Arr<AddedToken>> Added(string path, JsonElement root) =>
        !JsonText.Has(root, "added_tokens", out JsonElement list)
            ? Arr<AddedToken>.Empty
            : from array in JsonText.Expect($"{path}: added_tokens", list, JsonValueKind.Array)
              from tokens in array.EnumerateArray().Select((token, index) => (token, at: $"{path}: added_tokens[{index}]")).Each(item =>
                  from entry in JsonText.Expect(item.at, item.token, JsonValueKind.Object)
                  from id in JsonText.Member(item.at, entry, "id", JsonValueKind.Number)
                      .Bind(number => JsonFields.Id($"{item.at}: id", number))
                  from token in AddedToken(item.at, entry, id)
                  select token)
              select new Arr<AddedToken>(tokens);
}
