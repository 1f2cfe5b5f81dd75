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
public static class DecoderLoading
{
    /// <summary>Weights that one block of memory can take: 2 GiB of float32, as much as a span of bytes reaches.</summary>
    private const long LargestBlock = int.MaxValue / sizeof(float);

    // In float32 numbers.
    private const int CollidingWidth = 512, CacheLine = 16;

    /// <summary>
    /// Loads every weight. Float32 goes straight into its tensor; bfloat16 is rounded one tensor after the other, so no float32 copy of the model is ever
    /// there. All names and shapes are checked before anything is allocated.
    /// </summary>
    /// <param name="checkpoint">The opened checkpoint.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="weights">Type of the linear weights and of their products.</param>
    /// <returns>The decoder, to be disposed; or the missing or wrong tensors, all at once; or why the device does not take the type.</returns>
    public static Either<FloeError, Decoder> Load(Checkpoint checkpoint, Device device, WeightType weights = WeightType.Float32) =>
        from known in DecoderLayout.Check(checkpoint.Path, checkpoint.Config, checkpoint.Weights.Tensors)
        from small in CheckSizes(checkpoint)
        from way in Products.Check()
        from able in weights.Check(device)
        from model in TensorEdge.Bind(checkpoint.Path, () => Read(checkpoint, device, weights))
        select model;

    private static Either<FloeError, Unit> CheckSizes(Checkpoint checkpoint)
    {
        DecoderConfig config = checkpoint.Config;
        long largest = Math.Max((long)config.Vocabulary * config.Hidden,
            Math.Max(2L * config.Neurons * config.Hidden, (config.Heads + (2L * config.KvHeads)) * config.HeadDim * config.Hidden));
        return largest <= LargestBlock
            ? Prelude.unit
            : new FloeError.Unsupported(checkpoint.Path, $"a block of {largest} weights", $"up to {LargestBlock}", "Use a smaller model.");
    }

    private static Either<FloeError, Decoder> Read(Checkpoint checkpoint, Device device, WeightType weights)
    {
        Loader loader = new(checkpoint.Weights, device, weights.Scalar());
        DecoderConfig config = checkpoint.Config;
        Tensor embedding = loader.Stack([DecoderLayout.Embedding]);
        Tensor head = config.TiedEmbeddings ? embedding : loader.Stack([DecoderLayout.Head]);
        Tensor norm = loader.Stack([DecoderLayout.FinalNorm]);
        Decoder model = new(config, device, embedding, head, norm, [.. Enumerable.Range(0, config.Layers).Select(l => Layer(loader, config, l))]);
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
        (BlockMatrix[] output, BlockMatrix[] down) = ([BlockMatrix.Of(config, Projection.Output)], [BlockMatrix.Of(config, Projection.Down)]);
        return new LayerWeights(
            config, Norm(norms.Attention), Weight(qkv), Bias(qkv), Weight(output), Bias(output), Norm(norms.Mlp), Weight(gateUp), Bias(gateUp), Weight(down), Bias(down))
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
        Tensor? Bias(IReadOnlyList<BlockMatrix> parts) => parts[0].Bias ? loader.Stack([.. parts.Select(part => Name(part.Path, "bias"))]) : null;
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
            long[] shape = [stored.Sum(s => s.Shape[0]), .. stored[0].Shape.Skip(1)];
            Tensor target = empty(Error is null ? shape : [0], ScalarType.Float32, CPU);
            Fill(target, stored);
            Tensor typed = shape.Length == 2 ? target.to(weights) : target;
            return (device.type == DeviceType.CPU ? Spread(typed) : typed.to(device)).DetachFromDisposeScope();
        }

        // A product with the transposed matrix reads down its columns. Rows a multiple of 2 KB apart would fall on few sets of the processor's cache, at half
        // the speed; they are laid 64 bytes further apart.
        private static Tensor Spread(Tensor matrix)
        {
            long[] shape = matrix.shape;
            return matrix.dtype == ScalarType.Float32 && shape.Length == 2 && shape[1] > 0 && shape[1] % CollidingWidth == 0
                ? empty(shape[0], shape[1] + CacheLine).narrow(1, 0, shape[1]).copy_(matrix)
                : matrix;
        }

        private void Fill(Tensor target, StoredTensor[] stored)
        {
            int offset = 0;
            foreach (StoredTensor one in stored.Where(_ => Error is null))
            {
                Span<float> all = MemoryMarshal.Cast<byte, float>(target.bytes);
                Error = source.ReadFloat32(one.Name, all.Slice(offset, (int)one.Elements)).Failed(out FloeError? error, out _) ? error : null;
                offset += (int)one.Elements;
            }
        }
    }
}
