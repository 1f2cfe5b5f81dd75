using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>The tensors that a decoder consists of, by Hugging Face name and shape, and the comparison of a checkpoint with them.</summary>
internal static class DecoderLayout
{
    private const int ShownProblems = 12;

    /// <summary>Layers up to which lists of one entry a layer are made before the weights have shown that the layers are there.</summary>
    internal const int MostLayers = 1 << 16;

    /// <summary>The embedding, [V, D].</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The last norm, [D].</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>The output head, [V, D]; absent where it is tied to the embedding.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>The path of a linear layer inside the model: <c>model.layers.0.mlp</c> or <c>.self_attn</c>, and its name.</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    /// <param name="projection">The linear layer.</param>
    public static string PathOf(int layer, Projection projection) => $"{LayerPath(layer)}.{WithinLayer(projection)}";

    /// <summary>The path of a linear layer inside its decoder layer.</summary>
    internal static string WithinLayer(Projection projection) => $"{(projection.InAttention() ? "self_attn" : "mlp")}.{projection.Name()}";

    /// <summary>All tensors of a decoder, first to last layer.</summary>
    /// <param name="config">The decoder.</param>
    public static IEnumerable<(string Name, Arr<long> Shape)> TensorsOf(DecoderConfig config)
    {
        yield return (Embedding, Shape(config.Vocabulary, config.Hidden));
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach ((string path, long width) in NormsOf(config))
            {
                yield return ($"{LayerPath(layer)}.{path}.weight", Shape(width));
            }

            foreach (BlockMatrix matrix in BlockMatrix.All(config))
            {
                yield return ($"{LayerPath(layer)}.{matrix.Path}.weight", Shape(matrix.Rows, matrix.Columns));
                if (matrix.Bias)
                {
                    yield return ($"{LayerPath(layer)}.{matrix.Path}.bias", Shape(matrix.Rows));
                }
            }
        }

        yield return (FinalNorm, Shape(config.Hidden));
        if (!config.TiedEmbeddings)
        {
            yield return (Head, Shape(config.Vocabulary, config.Hidden));
        }
    }

    /// <summary>The path of a decoder layer inside the model.</summary>
    internal static string LayerPath(int layer) => $"model.layers.{layer}";

    /// <summary>The norms of a decoder layer: path inside the layer, and width.</summary>
    private static IEnumerable<(string Path, long Width)> NormsOf(DecoderConfig config)
    {
        LayerNorms names = LayerNorms.Of(config);
        yield return (names.Attention, config.Hidden);
        yield return (names.Mlp, config.Hidden);
        if (config.BranchNorms)
        {
            yield return (names.AttentionBranch, config.Hidden);
            yield return (names.MlpBranch, config.Hidden);
        }

        if (config.HeadNorms)
        {
            yield return (LayerNorms.Query, config.HeadDim);
            yield return (LayerNorms.Key, config.HeadDim);
        }
    }

    /// <summary>
    /// Compares a checkpoint's tensors with its configuration before anything is loaded: every missing, misshaped and unknown tensor is
    /// named. A stored head of a tied model and the rotary buffers of old checkpoints are known and not used, as in transformers.
    /// </summary>
    /// <param name="at">The checkpoint's path.</param>
    /// <param name="config">What it says it is.</param>
    /// <param name="tensors">What it holds.</param>
    public static Either<FloeError, Unit> Check(string at, DecoderConfig config, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        DecoderFaults.Check(at, config).Bind(_ => Compared(at, config, tensors));

    private static Either<FloeError, Unit> Compared(string at, DecoderConfig config, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        if (config.Layers > tensors.Count)
        {
            return new FloeError.BadData(
                at, $"the tensors of {config.Layers} layers", $"{tensors.Count} tensors",
                    "Check the number of layers, or fetch the weights again.");
        }

        List<FloeError> problems = [];
        System.Collections.Generic.HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((string name, Arr<long> shape) in TensorsOf(config))
        {
            known.Add(name);
            if (!tensors.TryGetValue(name, out StoredTensor? stored))
            {
                problems.Add(Problem(at, name, $"a tensor of shape {Words(shape)}", "none of that name"));
            }
            else if (stored.Shape != shape)
            {
                problems.Add(Problem(at, name, $"the shape {Words(shape)}", Words(stored.Shape)));
            }
        }

        problems.AddRange(tensors.Keys.Where(name => !known.Contains(name) && !IsUnused(config, name)).Order(StringComparer.Ordinal)
            .Select(name =>
                Problem(at, name, "only tensors that the configuration explains", $"one of shape {Words(tensors[name].Shape)}")));
        return Steps.AllOf(
            problems.Count <= ShownProblems ? problems : [.. problems.Take(ShownProblems), More(at, problems.Count - ShownProblems)]);
    }

    private static bool IsUnused(DecoderConfig config, string name) =>
        (config.TiedEmbeddings && name == Head) || name.EndsWith(".self_attn.rotary_emb.inv_freq", StringComparison.Ordinal);

    private static FloeError.BadData Problem(string at, string tensor, string expected, string found) =>
        new($"{at}: {(tensor.Length <= 120 ? tensor : tensor[..117] + "...")}", expected, found,
            "Check that configuration and weights belong together.");

    private static FloeError.BadData More(string at, int count) =>
        new(at, "no further problem", $"{count} more tensors missing, misshaped or unknown",
            "Check that configuration and weights belong together.");

    private static string Words(Arr<long> shape) =>
        shape.Count <= 8 ? $"[{string.Join(", ", shape)}]" : $"[{string.Join(", ", shape.Take(4))}, ... {shape.Count} dimensions]";

    private static Arr<long> Shape(params long[] sizes) => new(sizes);
}
