using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>Writes a Hugging Face folder that transformers and <see cref="Checkpoints.Open"/> read.</summary>
public static class CheckpointWriter
{
    private static readonly Dictionary<string, string> PyTorchLayout = new() { ["format"] = "pt" };

    /// <summary>Writes <c>model.safetensors</c>, then <c>config.json</c>; each file is whole or not there.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="config">The decoder.</param>
    /// <param name="type"><see cref="ElementType.F32"/> or <see cref="ElementType.BF16"/>.</param>
    /// <param name="weights">Values of a tensor of <see cref="DecoderLayout.TensorsOf"/>, row-major; asked for one at a time.</param>
    /// <returns>Unit, the I/O error, or what this format cannot hold.</returns>
    public static Either<FloeError, Unit> Write(string folder, DecoderConfig config, ElementType type, Func<string, ReadOnlyMemory<float>> weights) =>
        from known in Steps.Check(
            type is ElementType.F32 or ElementType.BF16,
            () => new FloeError.Usage("type", "F32 or BF16", ElementTypes.NameOf(type), "Choose one of these."))
        from json in ConfigText(folder, config, type)
        from tensors in SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            DecoderLayout.TensorsOf(config).Select(t => type == ElementType.F32
                ? OutgoingTensor.Float32(t.Name, t.Shape, () => weights(t.Name))
                : OutgoingTensor.BFloat16(t.Name, t.Shape, () => weights(t.Name))),
            PyTorchLayout)
        from done in AtomicFile.WriteText(Path.Combine(folder, ConfigFile.Name), json)
        select done;

    private static Either<FloeError, string> ConfigText(string folder, DecoderConfig config, ElementType type) =>
        RopeText(folder, config.Rope).Map(rope => SortedJson.Text(new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["attention_bias"] = config.AttentionBias,
            ["head_dim"] = config.HeadDim,
            ["hidden_act"] = "silu",
            ["hidden_size"] = config.Hidden,
            ["intermediate_size"] = config.Neurons,
            ["max_position_embeddings"] = config.MaxPositions,
            ["mlp_bias"] = config.MlpBias,
            ["model_type"] = "llama",
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["num_key_value_heads"] = config.KvHeads,
            ["rms_norm_eps"] = config.RmsNormEpsilon,
            ["rope_scaling"] = rope.MatchUnsafe<JsonObject?>(Some: scaling => scaling, None: () => null),
            ["rope_theta"] = config.RopeTheta,
            ["tie_word_embeddings"] = config.TiedEmbeddings,
            ["torch_dtype"] = type == ElementType.F32 ? "float32" : "bfloat16",
            ["vocab_size"] = config.Vocabulary,
        }));

    private static Either<FloeError, Option<JsonObject>> RopeText(string folder, RopeScaling rope) => rope switch
    {
        RopeScaling.None => Option<JsonObject>.None,
        RopeScaling.Linear linear => Some(new JsonObject { ["rope_type"] = "linear", ["factor"] = linear.Factor }),
        RopeScaling.Llama3 smooth => Some(new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = smooth.Factor,
            ["low_freq_factor"] = smooth.LowFrequency,
            ["high_freq_factor"] = smooth.HighFrequency,
            ["original_max_position_embeddings"] = smooth.OriginalPositions,
        }),
        _ => new FloeError.Unsupported($"{folder}: {ConfigFile.Name}", "one RoPE divisor a frequency", "no, linear and llama3 scaling", "Keep the model as GGUF."),
    };
}
