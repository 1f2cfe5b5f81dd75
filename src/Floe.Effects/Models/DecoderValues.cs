using Floe.Domain.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>A decoder's weights under the names of a Hugging Face checkpoint: the stacks of q, k, v and of gate, up are taken
/// apart.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class DecoderValues
{
    private const string LayerPrefix = "model.layers.";

    /// <summary>The values of one tensor, row-major.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="name">A name of <see cref="DecoderLayout.TensorsOf"/>.</param>
    public static float[] Of(Decoder model, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        return Tensors.Floats(name switch
        {
            DecoderLayout.Embedding => model.Embedding,
            DecoderLayout.Head => model.Head,
            DecoderLayout.FinalNorm => model.FinalNorm,
            _ => InLayer(model, name[LayerPrefix.Length..].Split('.')),
        });
    }

    // Such as "3.self_attn.NAME.weight" and "3.input_layernorm.weight", split at the dots.
    private static Tensor InLayer(Decoder model, string[] parts)
    {
        LayerWeights layer = model.Layers[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)];
        bool bias = parts[^1] == "bias";
        string path = string.Join('.', parts[1..^1]);
        return Norm(layer, path)
            ?? Part(BlockMatrix.Qkv(layer.Config), bias ? layer.QkvBias : layer.Qkv, path)
            ?? Part([BlockMatrix.Of(layer.Config, Projection.Output)], bias ? layer.OutputBias : layer.Output, path)
            ?? Part(BlockMatrix.GateUp(layer.Config), bias ? layer.GateUpBias : layer.GateUp, path)
            ?? Part([BlockMatrix.Of(layer.Config, Projection.Down)], bias ? layer.DownBias : layer.Down, path)!;
    }

    private static Tensor? Norm(LayerWeights layer, string path)
    {
        LayerNorms norms = LayerNorms.Of(layer.Config);
        return path == norms.Attention ? layer.AttentionNorm
            : path == norms.Mlp ? layer.MlpNorm
            : path == norms.AttentionBranch ? layer.AttentionBranchNorm
            : path == norms.MlpBranch ? layer.MlpBranchNorm
            : path == LayerNorms.Query ? layer.QueryNorm
            : path == LayerNorms.Key ? layer.KeyNorm
            : null;
    }

    private static Tensor? Part(IReadOnlyList<BlockMatrix> parts, Tensor? stack, string path)
    {
        long start = 0;
        foreach (BlockMatrix part in parts)
        {
            if (part.Path == path)
            {
                return stack!.narrow(0, start, part.Rows);
            }

            start += part.Rows;
        }

        return null;
    }
}
