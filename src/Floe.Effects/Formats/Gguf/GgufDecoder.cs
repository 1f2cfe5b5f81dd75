using Floe.Domain;
using Floe.Effects.Formats.Families;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>A decoder's description out of GGUF metadata. Keys and defaults are those that llama.cpp reads for each architecture.</summary>
internal static class GgufDecoder
{
    private const string Tokens = "tokenizer.ggml.tokens";
    private const string Merges = "tokenizer.ggml.merges";
    private static readonly string[] TokenTables = ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"];

    /// <summary>Reads the description. Errors: every bad value at once; an architecture or feature that Floe lacks, by its name.</summary>
    /// <param name="file">An opened container.</param>
    public static Either<FloeError, DecoderConfig> Read(GgufFile file)
    {
        Settings read = new(file.Path, key => file.Find(key).Match(Some: SettingOf, None: () => new Setting.Absent()));
        string named = read.Text("general.architecture");
        if (ModelFamilies.All.FirstOrDefault(f => f.Gguf?.Architecture == named) is { Gguf: { } form } family)
        {
            return Decode(file, read, family, form);
        }

        string known = string.Join(", ", ModelFamilies.All.Where(f => f.Gguf is not null).Select(f => f.Gguf!.Architecture));
        return read.Result(() => named).Bind<DecoderConfig>(name => new FloeError.Unsupported(
            $"{file.Path}: general.architecture", $"the architecture {(name.Length <= 60 ? name : name[..60])}", known,
                "Use a checkpoint of one of these families."));
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

    private static Either<FloeError, DecoderConfig> Decode(GgufFile file, Settings read, ModelFamily family, GgufForm form)
    {
        string kind = read.Text("general.type", "model");
        read.Refuse(kind != "model", "general.type", $"a GGUF file of type {kind} as a model", "model");
        read.Refuse(read.Whole("split.count", 0, int.MaxValue, 0) > 1, "split.count", "a model split into several GGUF files", "one file");
        Settings keys = GgufKeys.Of(read, form);
        MathsKeys.Refuse(keys, family);
        DecoderConfig config = Biases(file, form.Implied(family.Features(keys, Common(file, read, family, form.Architecture))));
        return from sound in read.Result(() => config)
               from rope in GgufRope.OfTensors(file, sound, form.Architecture, read)
               select config with { Rope = rope };
    }

    private static DecoderConfig Common(GgufFile file, Settings read, ModelFamily family, string architecture)
    {
        string Key(string name) => $"{architecture}.{name}";
        int hidden = read.Whole(Key("embedding_length"), 1, int.MaxValue);
        int heads = read.Whole(Key("attention.head_count"), 1, int.MaxValue);
        int kvHeads = read.Whole(Key("attention.head_count_kv"), 1, int.MaxValue, heads);
        int headDim = read.Whole(Key("attention.key_length"), 1, int.MaxValue, Math.Max(1, hidden / heads));
        int valueDim = read.Whole(Key("attention.value_length"), 1, int.MaxValue, headDim);
        int rotated = read.Whole(Key("rope.dimension_count"), 1, int.MaxValue, headDim);
        read.Require(
            read[Key("attention.key_length")] is not Setting.Absent
                || hidden % heads == 0, Key("embedding_length"), $"a multiple of the {heads} heads", $"{hidden}");
        read.Require(heads % kvHeads == 0, Key("attention.head_count_kv"), $"a divisor of the {heads} heads", $"{kvHeads}");
        read.Require(
            headDim % 2 == 0
                && rotated % 2 == 0, Key("rope.dimension_count"), "an even number, for rotary pairs", $"{rotated} of {headDim}");
        read.Refuse(rotated != headDim, Key("rope.dimension_count"), $"rotating {rotated} of {headDim} dimensions", "whole heads");
        read.Refuse(valueDim != headDim, Key("attention.value_length"), "values of another width than keys", "equal widths");
        int vocabulary = read.Whole(Key("vocab_size"), 1, int.MaxValue, RowsOf(file, "token_embd.weight"));
        CheckTokens(file, read, vocabulary);
        int layers = read.Whole(Key("block_count"), 1, int.MaxValue);
        int neurons = read.Whole(Key("feed_forward_length"), 1, int.MaxValue);
        int positions = read.Whole(Key("context_length"), 1, int.MaxValue);
        double epsilon = read.NonNegative(Key("attention.layer_norm_rms_epsilon"));
        double theta = read.Positive(Key("rope.freq_base"), 10000);
        return new DecoderConfig(
            family.ModelType, vocabulary, hidden, layers, heads, kvHeads, headDim, neurons, positions, epsilon, theta,
            GgufRope.OfKeys(read, Key, positions), TiedEmbeddings: !file.Tensors.ContainsKey("output.weight"), AttentionBias: false,
                MlpBias: false)
        {
            Activation = family.Defaults.Activation,
        };
    }

    // Metadata do not name biases; their tensors do. What a family always has stays, so that its absence is found.
    private static DecoderConfig Biases(GgufFile file, DecoderConfig config)
    {
        bool Stored(string tensor) => file.Tensors.ContainsKey($"blk.0.{tensor}.bias");
        return config with
        {
            AttentionBias = config.AttentionBias || Stored("attn_q") || Stored("attn_qkv"),
            OutputBias = config.OutputBias || Stored("attn_output"),
            MlpBias = config.MlpBias || Stored("ffn_gate") || Stored("ffn_down"),
        };
    }

    private static int? RowsOf(GgufFile file, string tensor) =>
        file.Tensors.TryGetValue(tensor, out StoredTensor? found) && found.Shape[0] <= int.MaxValue ? (int)found.Shape[0] : null;

    /// <summary>The tokenizer's tables must have one entry a row of the embedding.</summary>
    private static void CheckTokens(GgufFile file, Settings read, int vocabulary)
    {
        file.Find(Tokens).IfSome(tokens => read.Require(
            tokens is GgufValue.Texts texts
                && texts.Values.Count == vocabulary, Tokens, $"{vocabulary} strings, one a row of the embedding", tokens.Words));
        foreach (string key in TokenTables)
        {
            file.Find(key).IfSome(table => read.Require(
                table is GgufValue.Numbers numbers
                    && numbers.Stored.Count == vocabulary, key, $"{vocabulary} numbers, one a row of the embedding", table.Words));
        }

        file.Find(Merges).IfSome(merges => read.Require(merges is GgufValue.Texts, Merges, "an array of strings", merges.Words));
    }
}
