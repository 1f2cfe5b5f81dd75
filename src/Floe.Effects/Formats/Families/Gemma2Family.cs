using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>
/// Gemma 2 (transformers' <c>Gemma2Config</c>): Gemma with norms on what attention and FFN add, caps on attention scores and logits, a
/// scale of attention scores of its own, and a window in every second layer from the first.
/// </summary>
internal static class Gemma2Family
{
    private const int DefaultWindow = 4096, LayersOf27B = 46;
    private const double DefaultScalar = 256, DefaultAttentionCap = 50, DefaultLogitCap = 30;

    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("gemma2", "Gemma2ForCausalLM")
    {
        Defaults = GemmaFamily.Defaults,
        Keys = ["attention_bias", "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar", "sliding_window",
            "layer_types"],
        Features = Read,
        Write = Put,
        Gguf = new GgufForm("gemma2", RotaryPairs: false) { Implied = Scalar },
    };

    private static DecoderConfig Read(Settings read, DecoderConfig config) =>
        CommonKeys.Windows(read, GemmaFamily.Common(read, config), CommonKeys.Window(read, DefaultWindow), layer => layer % 2 == 0) with
        {
            BranchNorms = true,
            QueryScalar = read.Positive("query_pre_attn_scalar", DefaultScalar),
            AttentionCap = Cap(read, "attn_logit_softcapping", DefaultAttentionCap),
            LogitCap = Cap(read, "final_logit_softcapping", DefaultLogitCap),
        };

    private static double Cap(Settings read, string key, double absent) => read[key] is Setting.Null ? 0 : read.Positive(key, absent);

    // llama.cpp's files do not say it; the program takes the head's width, and hidden / heads for the 27B model, which it knows by its
    // layers.
    private static DecoderConfig Scalar(DecoderConfig config) => config with
    {
        QueryScalar = config.Layers == LayersOf27B ? (double)config.Hidden / config.Heads : config.HeadDim,
    };

    private static void Put(DecoderConfig config, JsonObject json)
    {
        json["attention_bias"] = config.AttentionBias;
        json["attn_logit_softcapping"] = config.AttentionCap == 0 ? null : JsonReal.Of(config.AttentionCap);
        json["final_logit_softcapping"] = config.LogitCap == 0 ? null : JsonReal.Of(config.LogitCap);
        json["query_pre_attn_scalar"] = config.QueryScalar.IfNone(config.HeadDim);
        json["sliding_window"] = config.Windows.Count > 0 ? config.Windows.Max() : null;
        CommonKeys.PutLayerTypes(config, json);
    }
}
