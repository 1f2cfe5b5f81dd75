using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>The <c>model</c> of a tokenizer.json: vocabulary, merges and options of BPE, the scores of a unigram model, or whole
/// words.</summary>
/// <param name="Vocabulary">Token → id.</param>
/// <param name="Merges">Pairs, most preferred first.</param>
/// <param name="Options">What happens to missing characters.</param>
internal sealed record HuggingFaceModel(
    IReadOnlyDictionary<string, int> Vocabulary, Arr<(string Left, string Right)> Merges, BpeOptions Options)
{
    /// <summary>How tokens are made of a word.</summary>
    public Segmentation Segmentation { get; init; } = new Segmentation.Merges();

    /// <summary>Reads the model of a whole tokenizer.json.</summary>
    public static Either<FloeError, HuggingFaceModel> Read(string at, JsonElement root) =>
        from model in JsonText.Has(root, "model", out JsonElement found)
            ? JsonText.Expect(at, found, JsonValueKind.Object)
            : new FloeError.BadData(at, "a model", "no such key", "Correct the file.")
        from type in JsonText.Has(model, "type", out _) ? JsonFields.Text(at, model, "type") : "BPE"
        from read in type switch
        {
            "BPE" => Bpe(at, model),
            "Unigram" => Unigram(at, model),
            "WordLevel" => Words(at, model),
            _ => new FloeError.Unsupported(
                $"{at}: type", $"the tokenizer model {type}", "BPE, Unigram, WordLevel", "Use a model with such a tokenizer."),
        }
        select read;

    private static Either<FloeError, HuggingFaceModel> Words(string at, JsonElement model) =>
        from vocabulary in JsonText.Member(at, model, "vocab", JsonValueKind.Object).Bind(element => ReadVocabulary(at, element))
        from unknown in JsonFields.Text(at, model, "unk_token")
        from known in Steps.Check(vocabulary.ContainsKey(unknown), () => new FloeError.BadData(
            $"{at}: unk_token", $"one of {vocabulary.Count} tokens", $"\"{unknown}\"", "Correct the file."))
        select new HuggingFaceModel(
            vocabulary, Arr<(string Left, string Right)>.Empty,
            new BpeOptions(unknown, FuseUnknown: false, ByteFallback: false, IgnoreMerges: false))
        {
            Segmentation = new Segmentation.Words(),
        };

    private static Either<FloeError, HuggingFaceModel> Unigram(string at, JsonElement model) =>
        from list in JsonText.Member(at, model, "vocab", JsonValueKind.Array)
        from pieces in list.EnumerateArray()
            .Select((piece, id) => (piece, at: $"{at}: vocab[{id}]"))
            .Each(item => Piece(item.at, item.piece))
        from distinct in Steps.Check(
            pieces.DistinctBy(piece => piece.Token).Count() == pieces.Count, () =>
                new FloeError.BadData($"{at}: vocab", "tokens that differ", "one twice", "Correct the file."))
        from unknown in !JsonText.Has(model, "unk_id", out JsonElement id) ? Option<string>.None
            : id.ValueKind == JsonValueKind.Number
                && id.TryGetInt32(out int found)
                && found >= 0
                && found < pieces.Count ? Some(pieces[found].Token)
            : Left<FloeError, Option<string>>(
                new FloeError.BadData(
                    $"{at}: unk_id", $"the id of one of {pieces.Count} tokens", JsonFields.Shown(id), "Correct the file."))
        from bytes in JsonFields.Flag(at, model, "byte_fallback", false)
        select new HuggingFaceModel(
            pieces.Select((piece, id) => (piece.Token, id)).ToDictionary(piece => piece.Token, piece => piece.id, StringComparer.Ordinal),
            Arr<(string Left, string Right)>.Empty,
            new BpeOptions(unknown, FuseUnknown: true, ByteFallback: bytes, IgnoreMerges: false))
        {
            Segmentation = new Segmentation.Unigram(
                pieces.ToDictionary(piece => piece.Token, piece => piece.Score, StringComparer.Ordinal)),
        };

    private static Either<FloeError, (string Token, float Score)> Piece(string at, JsonElement piece) =>
        piece.ValueKind == JsonValueKind.Array
            && piece.GetArrayLength() == 2
            && piece[1].ValueKind == JsonValueKind.Number
            && piece[1].TryGetSingle(out float score)
            && float.IsFinite(score)
            ? JsonText.Text(at, piece[0]).Map(token => (token, score))
            : new FloeError.BadData(at, "a token and its score", JsonFields.Shown(piece), "Correct the file.");

    private static Either<FloeError, HuggingFaceModel> Bpe(string at, JsonElement model) =>
        from refused in Refusals(at, model)
        from vocabulary in JsonText.Member(at, model, "vocab", JsonValueKind.Object).Bind(element => ReadVocabulary(at, element))
        from merges in JsonText.Member(at, model, "merges", JsonValueKind.Array).Bind(element => ReadMerges($"{at}: merges", element))
        from options in ReadOptions(at, model)
        select new HuggingFaceModel(vocabulary, merges, options);

    /// <summary>Reads a map of tokens to ids, as the vocabulary of a model and vocab.json hold it.</summary>
    public static Either<FloeError, IReadOnlyDictionary<string, int>> ReadVocabulary(string at, JsonElement element)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in JsonText.Members(element))
        {
            if (JsonFields.Id($"{at}: vocab: {entry.Name}", entry.Value).Failed(out FloeError? error, out int id))
            {
                return error;
            }

            vocabulary[entry.Name] = id;
        }

        return vocabulary;
    }

    /// <summary>Reads one merge written as two tokens with a space between them.</summary>
    public static Either<FloeError, (string Left, string Right)> SpacedPair(string at, string merge) =>
        merge.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : new FloeError.BadData(at, "two tokens with one space between them", $"\"{merge}\"", "Correct the file.");

    private static Either<FloeError, Unit> Refusals(string at, JsonElement model)
    {
        foreach (string name in new[] { "dropout", "continuing_subword_prefix", "end_of_word_suffix" })
        {
            bool off = !JsonText.Has(model, name, out JsonElement value)
                || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""))
                || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double rate) && rate == 0);
            if (!off)
            {
                return new FloeError.Unsupported(
                    $"{at}: {name}", $"BPE with {name} {JsonFields.Shown(value)}", "BPE without it",
                        "Remove the key if ids without it are wanted.");
            }
        }

        return unit;
    }

    private static Either<FloeError, Arr<(string Left, string Right)>> ReadMerges(string at, JsonElement list)
    {
        List<(string, string)> merges = new(list.GetArrayLength());
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.String && element.ValueEquals("#version: 0.2"))
            {
                continue;
            }

            if (Pair($"{at}[{merges.Count}]", element).Failed(out FloeError? error, out (string, string) pair))
            {
                return error;
            }

            merges.Add(pair);
        }

        return new Arr<(string Left, string Right)>(merges);
    }

    private static Either<FloeError, (string Left, string Right)> Pair(string at, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => JsonText.Text(at, element).Bind(text => SpacedPair(at, text)),
        JsonValueKind.Array when element.GetArrayLength() == 2 =>
            from left in JsonText.Text(at, element[0])
            from right in JsonText.Text(at, element[1])
            select (left, right),
        _ => new FloeError.BadData(at, "a pair of tokens", JsonFields.Shown(element), "Correct the file."),
    };

    private static Either<FloeError, BpeOptions> ReadOptions(string at, JsonElement model) =>
        from unknown in !JsonText.Has(model, "unk_token", out JsonElement token)
            ? Option<string>.None
            : JsonText.Text($"{at}: unk_token", token).Map(Some)
        from fuse in JsonFields.Flag(at, model, "fuse_unk", false)
        from bytes in JsonFields.Flag(at, model, "byte_fallback", false)
        from whole in JsonFields.Flag(at, model, "ignore_merges", false)
        select new BpeOptions(unknown, fuse, bytes, whole);
}
