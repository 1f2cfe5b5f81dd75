using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats.Families;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>Writes a Hugging Face folder that transformers and <see cref="Checkpoints.Open"/> read.</summary>
internal static class CheckpointWriter
{
    private static readonly Dictionary<string, string> PyTorchLayout = new() { ["format"] = "pt" };

    /// <summary>Writes <c>model.safetensors</c>, then <c>config.json</c>; each file is whole or not there.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="config">The decoder.</param>
    /// <param name="type"><see cref="ElementType.F32"/> or <see cref="ElementType.BF16"/>.</param>
    /// <param name="weights">Values of a tensor of <see cref="DecoderLayout.TensorsOf"/>, row-major; asked for one at a time.</param>
    /// <returns>Unit, the I/O error, or what this format cannot hold.</returns>
    public static Either<FloeError, Unit> Write(
        string folder, DecoderConfig config, ElementType type, Func<string, ReadOnlyMemory<float>> weights) =>
        from known in Steps.Check(
            type is ElementType.F32 or ElementType.BF16,
            () => new FloeError.Usage("type", "F32 or BF16", ElementTypes.NameOf(type), "Choose one of these."))
        from sound in DecoderFaults.Check(folder, config)
        from tensors in SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            DecoderLayout.TensorsOf(config).Select(t => type == ElementType.F32
                ? OutgoingTensor.Float32(t.Name, t.Shape, () => weights(t.Name))
                : OutgoingTensor.BFloat16(t.Name, t.Shape, () => weights(t.Name))),
            PyTorchLayout)
        from done in AtomicFile.WriteText(Path.Combine(folder, ConfigFile.Name), ConfigText(config, type))
        select done;

    private static string ConfigText(DecoderConfig config, ElementType type)
    {
        ModelFamily family = ModelFamilies.Of(config);
        JsonObject json = new()
        {
            ["architectures"] = new JsonArray(family.Class),
            ["head_dim"] = config.HeadDim,
            ["hidden_act"] = Activations.NameOf(config.Activation),
            ["hidden_size"] = config.Hidden,
            ["intermediate_size"] = config.Neurons,
            ["max_position_embeddings"] = config.MaxPositions,
            ["model_type"] = family.ModelType,
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["num_key_value_heads"] = config.KvHeads,
            ["rms_norm_eps"] = JsonReal.Of(config.RmsNormEpsilon),
            ["rope_scaling"] = RopeText(config),
            ["rope_theta"] = JsonReal.Of(config.RopeTheta),
            ["tie_word_embeddings"] = config.TiedEmbeddings,
            ["torch_dtype"] = type == ElementType.F32 ? "float32" : "bfloat16",
            ["vocab_size"] = config.Vocabulary,
        };
        if (config.Activation != GateActivation.Silu)
        {
            json["hidden_activation"] = Activations.NameOf(config.Activation);
        }

        family.Write(config, json);
        foreach ((string common, string own) in family.Words)
        {
            JsonNode? value = json[common];
            json.Remove(common);
            json[own] = value;
        }

        return SortedJson.Text(json);
    }

    private static JsonObject? RopeText(DecoderConfig config) => config.Rope switch
    {
        RopeScaling.Linear linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = JsonReal.Of(linear.Factor) },
        RopeScaling.Llama3 smooth => new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = JsonReal.Of(smooth.Factor),
            ["low_freq_factor"] = JsonReal.Of(smooth.LowFrequency),
            ["high_freq_factor"] = JsonReal.Of(smooth.HighFrequency),
            ["original_max_position_embeddings"] = (long)smooth.OriginalPositions,
        },
        RopeScaling.Yarn yarn => new JsonObject
        {
            ["rope_type"] = "yarn",
            ["factor"] = JsonReal.Of(yarn.Factor),
            ["beta_fast"] = JsonReal.Of(yarn.FastTurns),
            ["beta_slow"] = JsonReal.Of(yarn.SlowTurns),
            ["attention_factor"] = JsonReal.Of(yarn.Attention),
            ["original_max_position_embeddings"] = (long)yarn.OriginalPositions,
            ["truncate"] = yarn.Truncate,
        },
        RopeScaling.LongRope rope => LongRope(config, [.. rope.Short], [.. rope.Long], rope.OriginalPositions, rope.Attention),

        // Divisors that no length changes are LongRoPE's with one list twice, a form that transformers reads.
        RopeScaling.Divided divided => LongRope(
            config, [.. divided.Divisors.Select(d => (double)d)], [.. divided.Divisors.Select(d => (double)d)], config.MaxPositions, 1),
        _ => null,
    };

    private static JsonObject LongRope(DecoderConfig config, double[] shorter, double[] longer, int original, double attention) => new()
    {
        ["rope_type"] = "longrope",
        ["short_factor"] = new JsonArray([.. shorter.Select(d => (JsonNode?)JsonReal.Of(d))]),
        ["long_factor"] = new JsonArray([.. longer.Select(d => (JsonNode?)JsonReal.Of(d))]),
        ["factor"] = JsonReal.Of((double)config.MaxPositions / original),
        ["attention_factor"] = JsonReal.Of(attention),
        ["original_max_position_embeddings"] = original,
    };
}
