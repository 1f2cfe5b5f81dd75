using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>A decoder's description out of GGUF metadata. Keys and defaults are those that llama.cpp reads for the architecture llama.</summary>
internal static class GgufDecoder
{
    private const string RopeDivisors = "rope_freqs.weight";
    private const string Tokens = "tokenizer.ggml.tokens";
    private const string Merges = "tokenizer.ggml.merges";
    private static readonly string[] TokenTables = ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"];

    /// <summary>The tensor names that belong to the configuration and not to the weights.</summary>
    public static bool IsConfiguration(string tensor) => tensor == RopeDivisors;

    /// <summary>Reads the description. Errors: every bad value at once; an architecture or feature that Floe lacks, by its name.</summary>
    /// <param name="file">An opened container.</param>
    public static Either<FloeError, DecoderConfig> Read(GgufFile file)
    {
        Settings read = new(file.Path, key => file.Find(key).Match(Some: SettingOf, None: () => new Setting.Absent()));
        string architecture = read.Text("general.architecture");
        return architecture == "llama"
            ? Decode(file, read, architecture)
            : read.Result(() => architecture).Bind<DecoderConfig>(name => new FloeError.Unsupported(
                $"{file.Path}: general.architecture", $"the architecture {(name.Length <= 60 ? name : name[..60])}", "llama", "Use a LLaMA checkpoint."));
    }

    /// <summary>A metadata value as a setting.</summary>
    internal static Setting SettingOf(GgufValue value) => value switch
    {
        GgufValue.Text text => new Setting.Text(text.Value),
        GgufValue.Scalar { Stored.Type: GgufType.Bool } flag => new Setting.Flag(flag.Stored.WholeAt(0) == 1),
        GgufValue.Scalar { Stored.IsReal: true } real => new Setting.Real(real.Stored.RealAt(0)),
        GgufValue.Scalar scalar when scalar.Stored.WholeAt(0) <= long.MaxValue => new Setting.Whole((long)scalar.Stored.WholeAt(0)),
        _ => new Setting.Other(value.Words),
    };

    private static Either<FloeError, DecoderConfig> Decode(GgufFile file, Settings read, string architecture)
    {
        string Key(string name) => $"{architecture}.{name}";
        string kind = read.Text("general.type", "model");
        read.Refuse(kind != "model", "general.type", $"a GGUF file of type {kind} as a model", "model");
        read.Refuse(read.Whole("split.count", 0, int.MaxValue, 0) > 1, "split.count", "a model split into several GGUF files", "one file");
        read.Refuse(read.Whole(Key("expert_count"), 0, int.MaxValue, 0) > 0, Key("expert_count"), "a mixture-of-experts model", "dense models");
        read.Refuse(read.Whole(Key("attention.sliding_window"), 0, int.MaxValue, 0) > 0, Key("attention.sliding_window"), "sliding-window attention", "full attention");
        int hidden = read.Whole(Key("embedding_length"), 1, int.MaxValue);
        int heads = read.Whole(Key("attention.head_count"), 1, int.MaxValue);
        int kvHeads = read.Whole(Key("attention.head_count_kv"), 1, int.MaxValue, heads);
        int headDim = read.Whole(Key("attention.key_length"), 1, int.MaxValue, Math.Max(1, hidden / heads));
        int valueDim = read.Whole(Key("attention.value_length"), 1, int.MaxValue, headDim);
        int rotated = read.Whole(Key("rope.dimension_count"), 1, int.MaxValue, headDim);
        read.Require(
            read[Key("attention.key_length")] is not Setting.Absent || hidden % heads == 0, Key("embedding_length"), $"a multiple of the {heads} heads", $"{hidden}");
        read.Require(heads % kvHeads == 0, Key("attention.head_count_kv"), $"a divisor of the {heads} heads", $"{kvHeads}");
        read.Require(headDim % 2 == 0 && rotated % 2 == 0, Key("rope.dimension_count"), "an even number, for rotary pairs", $"{rotated} of {headDim}");
        read.Refuse(rotated != headDim, Key("rope.dimension_count"), $"rotating {rotated} of {headDim} dimensions", "whole heads");
        read.Refuse(valueDim != headDim, Key("attention.value_length"), "values of another width than keys", "equal widths");
        int vocabulary = read.Whole(Key("vocab_size"), 1, int.MaxValue, RowsOf(file, "token_embd.weight"));
        CheckTokens(file, read, vocabulary);
        int layers = read.Whole(Key("block_count"), 1, int.MaxValue);
        int neurons = read.Whole(Key("feed_forward_length"), 1, int.MaxValue);
        int positions = read.Whole(Key("context_length"), 1, int.MaxValue);
        double epsilon = read.NonNegative(Key("attention.layer_norm_rms_epsilon"));
        double theta = read.Positive(Key("rope.freq_base"), 10000);
        RopeScaling scaling = Scaling(read, Key);
        bool Stored(string tensor) => file.Tensors.ContainsKey(tensor);
        return from config in read.Result(() => new DecoderConfig(
                   architecture, vocabulary, hidden, layers, heads, kvHeads, headDim, neurons, positions, epsilon, theta, scaling,
                   TiedEmbeddings: !Stored("output.weight"), AttentionBias: Stored("blk.0.attn_q.bias"), MlpBias: Stored("blk.0.ffn_gate.bias")))
               from rope in Divisors(file, config)
               select config with { Rope = rope };
    }

    private static int? RowsOf(GgufFile file, string tensor) =>
        file.Tensors.TryGetValue(tensor, out StoredTensor? found) && found.Shape[0] <= int.MaxValue ? (int)found.Shape[0] : null;

    /// <summary>The tokenizer's tables must have one entry a row of the embedding.</summary>
    private static void CheckTokens(GgufFile file, Settings read, int vocabulary)
    {
        file.Find(Tokens).IfSome(tokens => read.Require(
            tokens is GgufValue.Texts texts && texts.Values.Count == vocabulary, Tokens, $"{vocabulary} strings, one a row of the embedding", tokens.Words));
        foreach (string key in TokenTables)
        {
            file.Find(key).IfSome(table => read.Require(
                table is GgufValue.Numbers numbers && numbers.Stored.Count == vocabulary, key, $"{vocabulary} numbers, one a row of the embedding", table.Words));
        }

        file.Find(Merges).IfSome(merges => read.Require(merges is GgufValue.Texts, Merges, "an array of strings", merges.Words));
    }

    private static RopeScaling Scaling(Settings read, Func<string, string> key)
    {
        string type = read.Text(key("rope.scaling.type"), "linear");
        read.Refuse(type is not ("none" or "linear"), key("rope.scaling.type"), $"the RoPE scaling {(type.Length <= 60 ? type : type[..60])}", "none, linear, rope_freqs");
        string factorKey = key(read[key("rope.scaling.factor")] is Setting.Absent ? "rope.scale_linear" : "rope.scaling.factor");
        double factor = type == "linear" ? read.Positive(factorKey, 1) : 1;
        return factor == 1 ? new RopeScaling.None() : new RopeScaling.Linear(factor);
    }

    private static Either<FloeError, RopeScaling> Divisors(GgufFile file, DecoderConfig config)
    {
        if (!file.Tensors.TryGetValue(RopeDivisors, out StoredTensor? stored))
        {
            return config.Rope;
        }

        string at = $"{file.Path}: tensor {RopeDivisors}";
        float[] divisors = new float[config.HeadDim / 2];
        return from expected in Steps.Check(
                   stored.Elements == divisors.Length,
                   () => new FloeError.BadData(at, $"{divisors.Length} values, one a rotary pair", $"{stored.Elements}", "Fetch the model again."))
               from alone in Steps.Check(
                   config.Rope is RopeScaling.None,
                   () => new FloeError.Unsupported(at, "RoPE divisors together with another scaling", "one of the two", "Use another checkpoint."))
               from read in file.ReadFloat32(RopeDivisors, divisors)
               from positive in Steps.Check(
                   divisors.All(d => float.IsFinite(d) && d > 0),
                   () => new FloeError.BadData(at, "finite divisors above 0", "another value", "Fetch the model again."))
               select (RopeScaling)new RopeScaling.Divided(new Arr<float>(divisors));
    }
}
