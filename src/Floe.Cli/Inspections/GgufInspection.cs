using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.Tokenizers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Inspections;

/// <summary>A GGUF file: a model with its tokenizer, an adapter, or any other tensors with metadata.</summary>
internal static class GgufInspection
{
    private const string Embedding = "token_embd.weight";
    private const string Tokens = "tokenizer.ggml.tokens", Kind = "tokenizer.ggml.model", ByteLevel = "gpt2";

    /// <summary>What the file holds. A model is one that has an embedding; its tokenizer is read too.</summary>
    public static Either<FloeError, JsonObject> Of(string path, Option<string> model) => GgufFile.Open(path).Bind(file =>
    {
        using (file)
        {
            return file.Tensors.ContainsKey(Embedding) ? Model(path, file)
                : file.Find("general.type")
                    .Exists(type => type is GgufValue.Text { Value: "adapter" }) ? AdapterInspection.OfGguf(path, file, model)
                : Container(file);
        }
    });

    /// <summary>Metadata and tensors.</summary>
    public static JsonObject Container(GgufFile file) => new()
    {
        ["kind"] = $"tensors (GGUF {file.Version})",
        ["parameters"] = file.Tensors.Values.Sum(t => t.Elements),
        ["metadata"] = new JsonObject(file.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value.Words))),
        ["tensors"] = TensorInspection.Table(file.Tensors.Values),
    };

    private static Either<FloeError, JsonObject> Model(string path, GgufFile file) =>
        from model in ModelInspection.Of(path)
        from tokenizer in file.Find(Tokens).IsSome ? Tokenizer(path, file) : Right<FloeError, JsonNode>("none")
        select Add(model, tokenizer);

    // The model is read all the same where its tokenizer is of a kind that Floe does not have; a byte-level one must be whole.
    private static Either<FloeError, JsonNode> Tokenizer(string path, GgufFile file) => TokenizerFile.Open(path).Match(
        Right: loaded => Right<FloeError, JsonNode>($"{loaded.Tokenizer.VocabularySize} tokens"),
        Left: error => error is FloeError.Unsupported refused && file.Find(Kind) != Some<GgufValue>(new GgufValue.Text(ByteLevel))
            ? Right<FloeError, JsonNode>($"{refused.Feature} is not supported")
            : error);

    private static JsonObject Add(JsonObject model, JsonNode tokenizer)
    {
        model["tokenizer"] = tokenizer;
        return model;
    }
}
