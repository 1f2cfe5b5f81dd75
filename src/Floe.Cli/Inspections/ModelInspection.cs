using System.Text.Json.Nodes;
using Floe.Cli.Shell;
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
                ["parameters"] = checkpoint.Weights.Tensors.Values.Sum(t => t.Elements),
                ["types"] = string.Join(", ", checkpoint.Weights.Tensors.Values.GroupBy(t => t.StoredType).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}")),
                ["tensors"] = TensorInspection.Table(checkpoint.Weights.Tensors.Values),
            };
        }
    });
}
