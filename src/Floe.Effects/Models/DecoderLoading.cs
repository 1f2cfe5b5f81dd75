using System.Runtime.InteropServices;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Brings a checkpoint's weights into memory as a <see cref="Decoder"/>.</summary>
internal static class DecoderLoading
{
    // What is read at once, in float32 numbers.
    private const long PieceValues = 1 << 22;

    // In float32 numbers.
    private const int CollidingWidth = 512, CacheLine = 16;

    /// <summary>
    /// Loads every weight, some rows at a time straight into its place and type on the device: besides the weights there is only one piece
    /// of 16 MB. All names and shapes are checked before anything is allocated.
    /// </summary>
    /// <param name="checkpoint">The opened checkpoint.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="weights">Type of the linear weights and of their products.</param>
    /// <returns>The decoder, to be disposed; or the missing or wrong tensors, all at once; or why the device does not take the
    /// type.</returns>
    public static Either<FloeError, Decoder> Load(Checkpoint checkpoint, Device device, WeightType weights = WeightType.Float32) =>
        from known in DecoderLayout.Check(checkpoint.Path, checkpoint.Config, checkpoint.Weights.Tensors)
        from way in Products.Check()
        from able in weights.Check(device)
        from model in TensorEdge.Bind(checkpoint.Path, () => Read(checkpoint, device, weights))
        select model;

    private static Either<FloeError, Decoder> Read(Checkpoint checkpoint, Device device, WeightType weights)
    {
        Loader loader = new(checkpoint.Weights, device, weights.Scalar());
        DecoderConfig config = checkpoint.Config;
        Tensor embedding = loader.Stack([DecoderLayout.Embedding]);
        Tensor head = config.TiedEmbeddings ? embedding : loader.Stack([DecoderLayout.Head]);
        Tensor norm = loader.Stack([DecoderLayout.FinalNorm]);
        Decoder model = new(
            config, device, embedding, head, norm, [.. Enumerable.Range(0, config.Layers).Select(l => Layer(loader, config, l))]);
        if (loader.Error is not { } error)
        {
            return model;
        }

        model.Dispose();
        return error;
    }

    private static LayerWeights Layer(Loader loader, DecoderConfig config, int layer)
    {
        LayerNorms norms = LayerNorms.Of(config);
        (IReadOnlyList<BlockMatrix> qkv, IReadOnlyList<BlockMatrix> gateUp) = (BlockMatrix.Qkv(config), BlockMatrix.GateUp(config));
        (BlockMatrix[] output, BlockMatrix[] down) = (
            [BlockMatrix.Of(config, Projection.Output)], [BlockMatrix.Of(config, Projection.Down)]);
        return new LayerWeights(
            config, Norm(norms.Attention), Weight(qkv), Bias(qkv), Weight(output), Bias(output), Norm(norms.Mlp), Weight(gateUp),
                Bias(gateUp), Weight(down), Bias(down))
        {
            AttentionBranchNorm = config.BranchNorms ? Norm(norms.AttentionBranch) : null,
            MlpBranchNorm = config.BranchNorms ? Norm(norms.MlpBranch) : null,
            QueryNorm = config.HeadNorms ? Norm(LayerNorms.Query) : null,
            KeyNorm = config.HeadNorms ? Norm(LayerNorms.Key) : null,
            Window = config.WindowOf(layer),
            Rotated = config.Rotates(layer),
        };

        Tensor Norm(string path) => loader.Stack([Name(path, "weight")]);
        Tensor Weight(IReadOnlyList<BlockMatrix> parts) => loader.Stack([.. parts.Select(part => Name(part.Path, "weight"))]);
        Tensor? Bias(IReadOnlyList<BlockMatrix> parts) => parts[0].Bias
            ? loader.Stack([.. parts.Select(part => Name(part.Path, "bias"))])
            : null;
        string Name(string path, string kind) => $"{DecoderLayout.LayerPath(layer)}.{path}.{kind}";
    }

    /// <summary>Reads tensors one after the other and remembers the first error, after which it reads nothing.</summary>
    private sealed class Loader(IWeightSource source, Device device, ScalarType weights)
    {
        public FloeError? Error { get; private set; }

        /// <summary>Tensors of equal width one above the other.</summary>
        public Tensor Stack(IReadOnlyList<string> names)
        {
            using DisposeScope scope = NewDisposeScope();
            StoredTensor[] stored = [.. names.Select(name => source.Tensors[name])];
            Tensor target = Room(stored.Sum(s => s.Shape[0]), stored[0]);
            long offset = 0;
            foreach (StoredTensor one in stored)
            {
                Fill(target.narrow(0, offset, Error is null ? one.Shape[0] : 0), one);
                offset += Error is null ? one.Shape[0] : 0;
            }

            return target.DetachFromDisposeScope();
        }

        // A product with the transposed matrix reads down its columns. Rows a multiple of 2 KB apart would fall on few sets of the
        // processor's cache, at half the speed; they are laid 64 bytes further apart.
        private Tensor Room(long rows, StoredTensor like)
        {
            rows = Error is null ? rows : 0;
            long columns = like.Columns;
            return like.Shape.Count == 1 ? empty(rows, ScalarType.Float32, device)
                : weights == ScalarType.Float32 && device.type == DeviceType.CPU && columns > 0 && columns % CollidingWidth == 0
                    ? empty(rows, columns + CacheLine, ScalarType.Float32, device).narrow(1, 0, columns)
                    : empty(rows, columns, weights, device);
        }

        private void Fill(Tensor target, StoredTensor stored)
        {
            long rows = target.size(0), columns = stored.Columns, most = Math.Min(rows, Math.Max(1, PieceValues / columns));
            using DisposeScope scope = NewDisposeScope();
            Tensor piece = empty(most * columns, ScalarType.Float32, CPU);
            for (long first = 0; first < rows && Error is null; first += most)
            {
                long count = Math.Min(most, rows - first);
                Span<float> values = MemoryMarshal.Cast<byte, float>(piece.bytes)[..(int)(count * columns)];
                Error = source.ReadRows(stored.Name, first, values).Failed(out FloeError? error, out _) ? error : null;
                target.narrow(0, first, count).copy_(piece.narrow(0, 0, count * columns).view(target.narrow(0, first, count).shape));
            }
        }
    }
}
