using System.Text;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Families;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>
/// Families for which no GGUF fixture is there: a file laid out as llama.cpp's converter lays it out (names, rotary pairs, norms of 1 + w,
/// fused matrices, divisors as tensors) opens as the model that it was made of.
/// </summary>
public sealed class GgufFamilyTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<string> Families =>
    [
        "llama", "llama biases", "llama linear", "qwen2 plain", "qwen3", "gemma", "gemma2", "phi3", "phi3 longrope", "smollm3",
    ];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void AFileInLlamaCppsLayoutIsTheModelItWasMadeOf(string family)
    {
        // llama.cpp rotates every layer of SmolLM3 but each fourth, and takes a head's width for Gemma 2's scale of scores.
        DecoderConfig config = family switch
        {
            "qwen2 plain" => FamilyConfigs.Read("""{"model_type": "qwen2"}"""),
            "smollm3" => FamilyConfigs.Read("""{"model_type": "smollm3", "num_hidden_layers": 5}"""),
            "gemma2" => FamilyConfigs.Of(family) with { QueryScalar = 6.0 },
            _ => FamilyConfigs.Of(family),
        };
        using IWeightSource weights = TinyDecoder.Weights(config);
        string path = scratch.At("model.gguf");
        File.WriteAllBytes(path, Written(config, weights));
        using Checkpoint found = TinyDecoder.Right(Checkpoints.Open(path));
        Assert.Equal(Rounded(config), Rounded(found.Config));
        foreach ((string name, Arr<long> _) in DecoderLayout.TensorsOf(config))
        {
            float[] wanted = Floats(weights, name), read = Floats(found.Weights, name);
            Assert.All(wanted.Zip(read), pair => Assert.Equal(pair.Item1, pair.Item2, config.OffsetNorms ? 1e-6f : 0f));
        }
    }

    // GGUF keeps real numbers as float32.
    private static DecoderConfig Rounded(DecoderConfig config) => config with
    {
        RmsNormEpsilon = (float)config.RmsNormEpsilon,
        Rope = config.Rope is RopeScaling.LongRope rope
            ? rope with { Attention = Math.Round(rope.Attention, 6), Short = Singles(rope.Short), Long = Singles(rope.Long) }
            : config.Rope,
    };

    private static Arr<double> Singles(Arr<double> values) => new([.. values.Select(value => (double)(float)value)]);

    private static byte[] Written(DecoderConfig config, IWeightSource weights)
    {
        GgufForm form = ModelFamilies.FormOf(config);
        List<(string Key, object Value)> metadata = [
            ("general.architecture", form.Architecture), .. Keys(config).Select(k => ($"{form.Architecture}.{k.Key}", k.Value))];
        List<(string Name, long[] Shape, float[] Values)> tensors = [.. Tensors(config, weights, form)];
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)tensors.Count);
        writer.Write((long)metadata.Count);
        metadata.ForEach(entry => Put(writer, entry.Key, entry.Value));
        long offset = 0;
        foreach ((string name, long[] shape, float[] values) in tensors)
        {
            Text(writer, name);
            writer.Write(shape.Length);
            System.Array.ForEach([.. shape.Reverse()], writer.Write);
            writer.Write(0);
            writer.Write(offset);
            offset += ((values.Length * sizeof(float)) + 31) / 32 * 32;
        }

        foreach ((string _, long[] _, float[] values) in tensors)
        {
            Align(stream, writer);
            System.Array.ForEach(values, writer.Write);
        }

        Align(stream, writer);
        return stream.ToArray();
    }

    private static IEnumerable<(string Key, object Value)> Keys(DecoderConfig config)
    {
        yield return ("block_count", config.Layers);
        yield return ("context_length", config.MaxPositions);
        yield return ("embedding_length", config.Hidden);
        yield return ("feed_forward_length", config.Neurons);
        yield return ("attention.head_count", config.Heads);
        yield return ("attention.head_count_kv", config.KvHeads);
        yield return ("attention.key_length", config.HeadDim);
        yield return ("attention.value_length", config.HeadDim);
        yield return ("attention.layer_norm_rms_epsilon", (float)config.RmsNormEpsilon);
        yield return ("rope.freq_base", (float)config.RopeTheta);
        if (config.Rope is RopeScaling.Linear linear)
        {
            yield return ("rope.scaling.type", "linear");
            yield return ("rope.scaling.factor", (float)linear.Factor);
        }

        if (config.Rope is RopeScaling.LongRope rope)
        {
            yield return ("rope.scaling.original_context_length", rope.OriginalPositions);
            yield return ("rope.scaling.attn_factor", (float)rope.Attention);
        }

        if (config.Windows.Count > 0)
        {
            yield return ("attention.sliding_window", config.Windows.Max());
        }

        if (config.AttentionCap > 0)
        {
            yield return ("attn_logit_softcapping", (float)config.AttentionCap);
            yield return ("final_logit_softcapping", (float)config.LogitCap);
        }
    }

    private static IEnumerable<(string Name, long[] Shape, float[] Values)> Tensors(
        DecoderConfig config, IWeightSource weights, GgufForm form)
    {
        if (config.Rope is RopeScaling.LongRope rope)
        {
            yield return ("rope_factors_short.weight", [rope.Short.Count], [.. rope.Short.Select(d => (float)d)]);
            yield return ("rope_factors_long.weight", [rope.Long.Count], [.. rope.Long.Select(d => (float)d)]);
        }

        foreach (StoredTensor tensor in weights.Tensors.Values)
        {
            float[] values = Floats(weights, tensor.Name);
            string name = NameOf(tensor.Name, config);
            bool pairs = form.RotaryPairs
                && (name.Contains("attn_q.", StringComparison.Ordinal) || name.Contains("attn_k.", StringComparison.Ordinal));
            bool offset = config.OffsetNorms && name.EndsWith("norm.weight", StringComparison.Ordinal);
            yield return (
                name, [.. tensor.Shape], pairs
                    ? Paired(values, (int)tensor.Shape[0], config.HeadDim)
                    : offset
                    ? [.. values.Select(v => v + 1f)]
                    : values);
        }
    }

    private static string NameOf(string name, DecoderConfig config)
    {
        (string From, string To)[] words =
        [
            ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"), ("model.layers.", "blk."),
            ("input_layernorm", "attn_norm"), ("pre_feedforward_layernorm", "ffn_norm"), ("post_feedforward_layernorm", "post_ffw_norm"),
            ("post_attention_layernorm", config.BranchNorms ? "post_attention_norm" : "ffn_norm"),
            ("self_attn.q_norm", "attn_q_norm"), (
                "self_attn.k_norm", "attn_k_norm"), ("self_attn.qkv_proj", "attn_qkv"), ("mlp.gate_up_proj", "ffn_up"),
            ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), (
                "self_attn.o_proj", "attn_output"),
            ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
        ];
        return words.Aggregate(name, (written, word) => written.Replace(word.From, word.To, StringComparison.Ordinal));
    }

    // Row h·d + p·d/2 + j goes to h·d + 2j + p.
    private static float[] Paired(float[] values, int rows, int headDim)
    {
        int columns = values.Length / rows;
        float[] paired = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            int within = row % headDim, half = headDim / 2;
            int target = row - within + (2 * (within % half)) + (within / half);
            values.AsSpan(row * columns, columns).CopyTo(paired.AsSpan(target * columns));
        }

        return paired;
    }

    private static float[] Floats(IWeightSource source, string name)
    {
        float[] values = new float[source.Tensors[name].Elements];
        TinyDecoder.Right(source.ReadFloat32(name, values));
        return values;
    }

    private static void Put(BinaryWriter writer, string key, object value)
    {
        Text(writer, key);
        switch (value)
        {
            case string text:
                writer.Write(8);
                Text(writer, text);
                break;
            case float real:
                writer.Write(6);
                writer.Write(real);
                break;
            default:
                writer.Write(4);
                writer.Write((uint)(int)value);
                break;
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((long)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void Align(MemoryStream stream, BinaryWriter writer)
    {
        writer.Flush();
        writer.Write(new byte[(32 - (stream.Length % 32)) % 32]);
        writer.Flush();
    }
}
