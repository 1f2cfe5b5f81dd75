using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats.Gguf;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads the tokenizer inside a GGUF file: byte-level BPE (<c>tokenizer.ggml.model</c> = gpt2). <c>tokenizer.ggml.pre</c> names how words are cut,
/// with the patterns that llama.cpp has for that name; a text is not normalised, as there. Control and user-defined tokens are added tokens.
/// </summary>
internal static class GgufTokenizer
{
    private const string Keys = "tokenizer.ggml.";
    private const int Control = 3;
    private const int UserDefined = 4;

    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Reads tables and roles.</summary>
    public static Either<FloeError, TokenizerTables> Read(string path) => GgufFile.Open(path).Bind(file =>
    {
        using (file)
        {
            return Tables(file);
        }
    });

    private static Either<FloeError, TokenizerTables> Tables(GgufFile file) =>
        from model in Text(file, "model")
        from known in Steps.Check(model == "gpt2", () => new FloeError.Unsupported(
            $"{file.Path}: {Keys}model", $"the tokenizer {model}", "gpt2, or a tokenizer.json beside the weights", "Put the model's tokenizer.json in the folder."))
        from pre in Text(file, "pre")
        from words in Words(file.Path, pre)
        from tokens in Texts(file, "tokens")
        from vocabulary in Vocabulary(file.Path, tokens)
        from merges in Texts(file, "merges").Bind(list => list.Select((merge, rank) => (merge, rank)).Each(item =>
            HuggingFaceModel.SpacedPair($"{file.Path}: {Keys}merges[{item.rank}]", item.merge)))
        from types in Types(file, tokens.Count)
        from bos in Id(file, "bos_token_id", tokens.Count)
        from eos in Id(file, "eos_token_id", tokens.Count)
        from pad in Id(file, "padding_token_id", tokens.Count)
        let llama = pre is "llama-bpe" or "llama3"
        select new TokenizerTables(
            vocabulary,
            new Arr<(string Left, string Right)>(merges),
            new Arr<AddedToken>(types.Select((type, id) => (type, id)).Where(item => item.type is Control or UserDefined)
                .Select(item => new AddedToken(tokens[item.id], item.id, Special: item.type == Control))),
            Arr<NormalizerStep>.Empty,
            words,
            Array<DecoderStep>(new DecoderStep.ByteLevel()),
            Flag(file, "add_bos_token", llama) ? new Arr<int>(bos) : Arr<int>.Empty,
            Flag(file, "add_eos_token", false) ? new Arr<int>(eos) : Arr<int>.Empty,
            BpeOptions.ByteLevel with { IgnoreMerges = llama },
            new SpecialTokens(bos, eos, pad))
        {
            Chat = file.Find(ChatTemplateFile.GgufKey) is { IsSome: true, Case: GgufValue.Text template }
                ? new ChatTemplate.Jinja($"{file.Path}: {ChatTemplateFile.GgufKey}", template.Value)
                : new ChatTemplate.Absent(),
        };

    private static Either<FloeError, Arr<PreTokenizerStep>> Words(string path, string pre) => pre switch
    {
        "gpt-2" or "phi-2" or "olmo" or "mpt" => Pattern(SplitPattern.Gpt2).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
        "smollm" or "starcoder" or "refact" or "command-r" =>
            from digits in HuggingFaceSteps.Digits(individual: true)
            from split in Pattern(SplitPattern.Gpt2)
            select Array(digits) + HuggingFaceSteps.ByteLevel(false, Some(split)),
        "llama-bpe" or "llama3" => Pattern(Llama3).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
        "qwen2" => Pattern(Qwen2).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
        _ => new FloeError.Unsupported(
            $"{path}: {Keys}pre",
            $"the pre-tokenizer {pre}",
            "gpt-2, smollm, llama-bpe, qwen2, or a tokenizer.json beside the weights",
            "Put the model's tokenizer.json in the folder."),
    };

    private static Either<FloeError, PreTokenizerStep> Pattern(string source) => HuggingFaceSteps.Split(SplitPattern.Parse(source));

    private static Either<FloeError, IReadOnlyDictionary<string, int>> Vocabulary(string path, Arr<string> tokens)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (string token in tokens)
        {
            if (!vocabulary.TryAdd(token, vocabulary.Count))
            {
                return new FloeError.BadData($"{path}: {Keys}tokens", "tokens that differ", $"{token} as {vocabulary[token]} and {vocabulary.Count}", "Convert the model again.");
            }
        }

        return vocabulary;
    }

    private static Either<FloeError, int[]> Types(GgufFile file, int tokens) =>
        file.Find(Keys + "token_type").Match(
            Some: value => value is GgufValue.Numbers { Stored: { IsReal: false } numbers } && numbers.Count == tokens
                ? Right<FloeError, int[]>([.. Enumerable.Range(0, tokens).Select(at => (int)numbers.WholeAt(at))])
                : Wrong(file, "token_type", $"an array of {tokens} integers", value),
            None: () => Right<FloeError, int[]>(new int[tokens]));

    private static Either<FloeError, string> Text(GgufFile file, string key) => file.Find(Keys + key).Match(
        Some: value => value is GgufValue.Text text ? Right<FloeError, string>(text.Value) : Wrong(file, key, "a string", value),
        None: () => Missing(file, key));

    private static Either<FloeError, Arr<string>> Texts(GgufFile file, string key) => file.Find(Keys + key).Match(
        Some: value => value is GgufValue.Texts texts ? Right<FloeError, Arr<string>>(texts.Values) : Wrong(file, key, "an array of strings", value),
        None: () => Missing(file, key));

    private static Either<FloeError, Option<int>> Id(GgufFile file, string key, int tokens) => file.Find(Keys + key).Match(
        Some: value => value is GgufValue.Scalar { Stored: { IsReal: false } number } && number.WholeAt(0) >= 0 && number.WholeAt(0) < tokens
            ? Right<FloeError, Option<int>>(Some((int)number.WholeAt(0)))
            : Wrong(file, key, $"an id below {tokens}", value),
        None: () => Option<int>.None);

    private static bool Flag(GgufFile file, string key, bool missing) =>
        file.Find(Keys + key).Match(Some: value => value is GgufValue.Scalar { Stored: { Type: GgufType.Bool } flag } && flag.WholeAt(0) != 0, None: () => missing);

    private static FloeError.BadData Wrong(GgufFile file, string key, string expected, GgufValue found) =>
        new FloeError.BadData($"{file.Path}: {Keys}{key}", expected, found.Words, "Convert the model again.");

    private static FloeError.BadData Missing(GgufFile file, string key) =>
        new FloeError.BadData($"{file.Path}: {Keys}{key}", "the key", "no such key", "Put the model's tokenizer.json in the folder.");
}
