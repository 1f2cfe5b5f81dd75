using Floe.Domain.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>A decoder's weights under the names of a Hugging Face checkpoint: the stacks of q, k, v and of gate, up are taken apart.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
public static class DecoderValues
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
        long neurons = layer.Config.Neurons;
        return parts[^2] switch
        {
            "input_layernorm" => layer.AttentionNorm,
            "post_attention_layernorm" => layer.MlpNorm,
            var name => Projections.Named(name).IfNone(Projection.Down) switch
            {
                Projection.Query => Qkv(0, layer.QueryWidth),
                Projection.Key => Qkv(layer.QueryWidth, layer.KeyWidth),
                Projection.Value => Qkv(layer.QueryWidth + layer.KeyWidth, layer.KeyWidth),
                Projection.Output => bias ? layer.OutputBias! : layer.Output,
                Projection.Gate => GateUp(0),
                Projection.Up => GateUp(neurons),
                _ => bias ? layer.DownBias! : layer.Down,
            },
        };

        Tensor Qkv(long start, long rows) => (bias ? layer.QkvBias! : layer.Qkv).narrow(0, start, rows);
        Tensor GateUp(long start) => (bias ? layer.GateUpBias! : layer.GateUp).narrow(0, start, neurons);
    }
}
