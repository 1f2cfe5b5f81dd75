using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Tokenizers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>Writes any model that Floe reads as a Hugging Face folder: configuration, weights in one safetensors file, tokenizer.</summary>
internal static class CheckpointConversion
{
    private const string Weights = "model.safetensors", Generation = "generation_config.json", Tokenizer = "tokenizer.json";

    // What stands beside the weights of a folder and is copied as it is.
    private static readonly string[] Beside =
    [
        Tokenizer, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model",
        "chat_template.jinja", Generation,
    ];

    /// <summary>Converts. Quantised weights are written as the numbers that they stand for.</summary>
    /// <param name="source">What <see cref="Checkpoints.Open"/> accepts.</param>
    /// <param name="folder">The new folder; another one than the source.</param>
    /// <param name="type"><see cref="ElementType.F32"/> or <see cref="ElementType.BF16"/>.</param>
    /// <param name="note">Takes a sentence where the tokenizer cannot be written.</param>
    /// <returns>The decoder that was written; or the first error, after which the folder is marked as unfinished.</returns>
    public static Either<FloeError, DecoderConfig> Run(string source, string folder, ElementType type, Action<string> note) =>
        Run("floe convert", source, folder, type, note, static opened => Right<FloeError, IWeightSource>(opened.Weights));

    /// <summary>The same with other weights in the place of those that are stored.</summary>
    /// <param name="command">What the folder says of itself while it is not finished.</param>
    /// <param name="source">What <see cref="Checkpoints.Open"/> accepts.</param>
    /// <param name="folder">The new folder; another one than the source.</param>
    /// <param name="type">Type of the written weights; none for bfloat16 where the source is stored so, else float32.</param>
    /// <param name="note">Takes a sentence where the tokenizer cannot be written.</param>
    /// <param name="weights">The weights that are written, under the names and with the shapes of the source; not disposed.</param>
    internal static Either<FloeError, DecoderConfig> Run(
        string command, string source, string folder, Option<ElementType> type, Action<string> note,
            Func<Checkpoint, Either<FloeError, IWeightSource>> weights) =>
        from apart in Steps.Check(Path.GetFullPath(source) != Path.GetFullPath(folder), () => new FloeError.Usage(
            folder, "another folder than the source", "the same", "Give a folder of its own with --out."))
        from opened in Checkpoints.Open(source)
        from config in Closing(
            opened, () => weights(opened).Bind(changed => Unfinished.Writing(folder, command, [Weights, ConfigFile.Name], () =>
            from tokenizer in WriteTokenizer(source, folder, note)
            from written in WriteWeights(opened.Config, changed, folder, type.IfNone(() => Stored(changed)))
            select opened.Config)))
        select config;

    private static Either<FloeError, DecoderConfig> Closing(Checkpoint opened, Func<Either<FloeError, DecoderConfig>> use)
    {
        using (opened)
        {
            return use();
        }
    }

    // The writer asks for values and cannot be told of an error; it then finds too few bytes, and the error stands in for that.
    private static Either<FloeError, Unit> WriteWeights(DecoderConfig config, IWeightSource weights, string folder, ElementType type)
    {
        FloeError? failure = null;
        return CheckpointWriter.Write(folder, config, type, name =>
        {
            float[] values = new float[weights.Tensors[name].Elements];
            failure = weights.ReadFloat32(name, values).Failed(out FloeError? error, out _) ? error : null;
            return failure is null ? values : ReadOnlyMemory<float>.Empty;
        }).MapLeft(error => failure ?? error);
    }

    private static ElementType Stored(IWeightSource weights) =>
        weights.Tensors.TryGetValue(DecoderLayout.Embedding, out StoredTensor? embedding)
            && embedding.StoredType == ElementTypes.NameOf(ElementType.BF16)
            ? ElementType.BF16
            : ElementType.F32;

    private static Either<FloeError, Unit> WriteTokenizer(string source, string folder, Action<string> note)
    {
        string[] there = Directory.Exists(source) ? [.. Beside.Where(name => File.Exists(Path.Combine(source, name)))] : [];
        return there.Contains(Tokenizer) || there.Contains("vocab.json") || there.Contains("tokenizer.model")
            ? there.Each(name => Copy(Path.Combine(source, name), Path.Combine(folder, name))).Map(_ => unit)
            : TokenizerFile.Open(source)
                .Match(Left: error => Note(error, note), Right: loaded => WriteTables(folder, loaded.Tokenizer, note));
    }

    private static Either<FloeError, Unit> WriteTables(string folder, Domain.Text.Tokenizer tokenizer, Action<string> note) =>
        (from tables in TokenizerWriter.Write(folder, tokenizer)
         from roles in AtomicFile.WriteText(Path.Combine(folder, Generation), SortedJson.Text(Roles(tokenizer.Special)))
         select roles)
        .Match(Right: Right<FloeError, Unit>, Left: error => error is FloeError.Unsupported ? Note(error, note) : error);

    private static Either<FloeError, Unit> Copy(string from, string to) =>
        FileErrors.Try(from, "read the file", () => File.ReadAllBytes(from)).Bind(bytes => AtomicFile.WriteBytes(to, bytes));

    private static Either<FloeError, Unit> Note(FloeError error, Action<string> note)
    {
        note($"The tokenizer is not written: {error.Message}");
        return unit;
    }

    private static JsonObject Roles(SpecialTokens special) => new(
        new[] { ("bos_token_id", special.Bos), ("eos_token_id", special.Eos), ("pad_token_id", special.Pad) }
            .SelectMany(role => role.Item2.Map(id => KeyValuePair.Create(role.Item1, (JsonNode?)id)).ToArray()));
}
