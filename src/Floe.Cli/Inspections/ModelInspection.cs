using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A model: a Hugging Face folder or a GGUF file.</summary>
internal static class ModelInspection
{
    /// <summary>Its configuration and tensors; no weight is read.</summary>
    public static Either<FloeError, JsonObject> Of(string path) => Checkpoints.Open(path).Map(checkpoint =>
    {
        using (checkpoint)
        {
            DecoderConfig config = checkpoint.Config;
            return new JsonObject
            {
                ["kind"] = "model",
                ["architecture"] = config.Architecture,
                ["layers"] = config.Layers,
                ["hidden"] = config.Hidden,
                ["heads"] = config.Heads,
                ["kv_heads"] = config.KvHeads,
                ["head_dim"] = config.HeadDim,
                ["neurons"] = config.Neurons,
                ["vocabulary"] = config.Vocabulary,
                ["context"] = config.MaxPositions,
                ["rope_theta"] = config.RopeTheta,
                ["tied_embeddings"] = config.TiedEmbeddings,
                ["features"] = string.Join(", ", Features(config).DefaultIfEmpty("none beyond LLaMA's")),
                ["parameters"] = checkpoint.Weights.Tensors.Values.Sum(t => t.Elements),
                ["types"] = string.Join(
                    ", ", checkpoint.Weights.Tensors.Values.GroupBy(t => t.StoredType)
                        .OrderByDescending(g => g.Count())
                        .Select(g => $"{g.Count()} {g.Key}")),
                ["tensors"] = TensorInspection.Table(checkpoint.Weights.Tensors.Values),
            };
        }
    });

    // What tells the decoder from a plain LLaMA.
    private static IEnumerable<string> Features(DecoderConfig config)
    {
        int sliding = config.Windows.Count(window => window > 0);
        (bool Has, string Words)[] features =
        [
            (sliding > 0, $"a window of {(sliding > 0 ? config.Windows.Max() : 0)} tokens in "
                + $"{(sliding == config.Layers ? "all" : $"{sliding} of {config.Layers}")} layers"),
            (config.Unrotated.Count > 0, $"no RoPE in layers {string.Join(", ", config.Unrotated)}"),
            (config.Rope is not RopeScaling.None, $"RoPE scaled ({config.Rope.GetType().Name})"),
            (config.Activation == GateActivation.GeluTanh, "GeGLU"),
            (config.OffsetNorms, "norms of 1 + w"),
            (config.BranchNorms, "norms on what attention and FFN add"),
            (config.HeadNorms, "norms on q and k"),
            (config.AttentionBias, "biases on q, k, v"),
            (config.OutputBias, "a bias on o"),
            (config.MlpBias, "biases in the FFN"),
            (config.QueryScalar.IsSome, $"scores over the root of {config.QueryScalar.IfNone(config.HeadDim)}"),
            (config.AttentionCap > 0, $"scores capped at {config.AttentionCap}"),
            (config.LogitCap > 0, $"logits capped at {config.LogitCap}"),
            (config.EmbeddingScale != 1, "a scaled embedding"),
            (config.FusedProjections, "fused q, k, v and gate, up"),
        ];
        return features.Where(feature => feature.Has).Select(feature => feature.Words);
    }
}
