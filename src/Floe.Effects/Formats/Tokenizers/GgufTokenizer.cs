using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats.Gguf;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads the tokenizer inside a GGUF file: SentencePiece's BPE (<c>tokenizer.ggml.model</c> = llama) or byte-level BPE (gpt2).
/// <c>tokenizer.ggml.pre</c> names how words are cut, with the patterns that llama.cpp has for that name; a text is not normalised, as
/// there. Control and user-defined tokens are added tokens.
/// </summary>
internal static class GgufTokenizer
{
    private const string Keys = "tokenizer.ggml.";
    private const int Untyped = 0;
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;

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
        from tables in model switch
        {
            "gpt2" => ByteLevel(file),
            "llama" => Scored(file),
            _ => new FloeError.Unsupported(
                $"{file.Path}: {Keys}model", $"the tokenizer {model}", "gpt2, llama, or a tokenizer.json beside the weights",
                    "Put the model's tokenizer.json in the folder."),
        }
        from eot in Id(file, "eot_token_id", tables.Vocabulary.Count)
        from eom in Id(file, "eom_token_id", tables.Vocabulary.Count)
        select tables with
        {
            OtherEnds = new Arr<int>(eot.Concat(eom).Where(id => id != tables.Special.Eos).Distinct()),
            Chat = file.Find(ChatTemplateFile.GgufKey) is { IsSome: true, Case: GgufValue.Text template }
                ? new ChatTemplate.Jinja($"{file.Path}: {ChatTemplateFile.GgufKey}", template.Value)
                : new ChatTemplate.Absent(),
        };

    // SentencePiece's BPE, as llama.cpp has it: a space goes before each text, and again after a special token.
    private static Either<FloeError, TokenizerTables> Scored(GgufFile file) =>
        from tokens in Texts(file, "tokens")
        from vocabulary in Vocabulary(file.Path, tokens)
        from scores in Scores(file, tokens.Count)
        from types in Types(file, tokens.Count)
        from bos in Id(file, "bos_token_id", tokens.Count)
        from eos in Id(file, "eos_token_id", tokens.Count)
        from pad in Id(file, "padding_token_id", tokens.Count)
        from unknown in Id(file, "unknown_token_id", tokens.Count)
        let space = Flag(file, "add_space_prefix", true)
        select new TokenizerTables(
            vocabulary,
            Arr<(string Left, string Right)>.Empty,
            Added(tokens, types),
            new Arr<NormalizerStep>(
                (space ? new NormalizerStep[] { new NormalizerStep.Prepend("▁") } : []).Append(new NormalizerStep.Replace(" ", "▁"))),
            Arr<PreTokenizerStep>.Empty,
            new Arr<DecoderStep>(
                new DecoderStep[] { new DecoderStep.Replace("▁", " "), new DecoderStep.ByteFallback(), new DecoderStep.Fuse() }
                .Concat(space ? [new DecoderStep.Strip(' ', 1, 0)] : [])),
            Flag(file, "add_bos_token", true) ? new Arr<int>(bos) : Arr<int>.Empty,
            Flag(file, "add_eos_token", false) ? new Arr<int>(eos) : Arr<int>.Empty,
            new BpeOptions(unknown.Map(id => tokens[id]), FuseUnknown: true, ByteFallback: true, IgnoreMerges: false),
            new SpecialTokens(bos, eos, pad))
        {
            Segmentation = new Segmentation.Scores(
                tokens.Select((token, id) => (token, id)).Where(item => types[item.id] is Untyped or Normal or UserDefined)
                .ToDictionary(item => item.token, item => scores[item.id], StringComparer.Ordinal)),
        };

    private static Arr<AddedToken> Added(Arr<string> tokens, int[] types) =>
        new(types.Select((type, id) => (type, id)).Where(item => item.type is Control or UserDefined)
        .Select(item => new AddedToken(tokens[item.id], item.id, Special: item.type == Control)));

    private static Either<FloeError, float[]> Scores(GgufFile file, int tokens) =>
        file.Find(Keys + "scores").Match(
            Some: value => value is GgufValue.Numbers { Stored: { IsReal: true } numbers } && numbers.Count == tokens
                ? Right<FloeError, float[]>([.. Enumerable.Range(0, tokens).Select(at => (float)numbers.RealAt(at))])
                : Wrong(file, "scores", $"an array of {tokens} floating-point numbers", value),
            None: () => Missing(file, "scores"));

    private static Either<FloeError, TokenizerTables> ByteLevel(GgufFile file) =>
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
            Added(tokens, types),
            Arr<NormalizerStep>.Empty,
            words,
            Array<DecoderStep>(new DecoderStep.ByteLevel()),
            Flag(file, "add_bos_token", llama) ? new Arr<int>(bos) : Arr<int>.Empty,
            Flag(file, "add_eos_token", false) ? new Arr<int>(eos) : Arr<int>.Empty,
            BpeOptions.ByteLevel with { IgnoreMerges = llama },
            new SpecialTokens(bos, eos, pad));

    private static Either<FloeError, Arr<PreTokenizerStep>> Words(string path, string pre) => pre switch
    {
        "gpt-2" or "phi-2" or "olmo" or "mpt" => Pattern(SplitPattern.Gpt2).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
        "smollm" or "starcoder" or "refact" or "command-r" =>
            from digits in HuggingFaceSteps.Digits(individual: true)
            from split in Pattern(SplitPattern.Gpt2)
            select Array(digits) + HuggingFaceSteps.ByteLevel(false, Some(split)),
        "llama-bpe" or "llama3" => Pattern(SplitPattern.Llama3).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
        "qwen2" => Pattern(SplitPattern.Qwen2).Map(split => HuggingFaceSteps.ByteLevel(false, Some(split))),
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
                return new FloeError.BadData(
                    $"{path}: {Keys}tokens", "tokens that differ", $"{token} as {vocabulary[token]} and {vocabulary.Count}",
                        "Convert the model again.");
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
        Some: value => value is GgufValue.Texts texts
            ? Right<FloeError, Arr<string>>(texts.Values)
            : Wrong(file, key, "an array of strings", value),
        None: () => Missing(file, key));

    private static Either<FloeError, Option<int>> Id(GgufFile file, string key, int tokens) => file.Find(Keys + key).Match(
        Some: value => value is GgufValue.Scalar { Stored: { IsReal: false } number }
            && number.WholeAt(0) >= 0
            && number.WholeAt(0) < tokens
            ? Right<FloeError, Option<int>>(Some((int)number.WholeAt(0)))
            : Wrong(file, key, $"an id below {tokens}", value),
        None: () => Option<int>.None);

    private static bool Flag(GgufFile file, string key, bool missing) =>
        file.Find(Keys + key)
            .Match(Some: value => value is GgufValue.Scalar { Stored: { Type: GgufType.Bool } flag }
                && flag.WholeAt(0) != 0, None: () => missing);

    private static FloeError.BadData Wrong(GgufFile file, string key, string expected, GgufValue found) =>
        new FloeError.BadData($"{file.Path}: {Keys}{key}", expected, found.Words, "Convert the model again.");

    private static FloeError.BadData Missing(GgufFile file, string key) =>
        new FloeError.BadData($"{file.Path}: {Keys}{key}", "the key", "no such key", "Put the model's tokenizer.json in the folder.");
}
