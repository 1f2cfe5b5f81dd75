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

    // "3.self_attn.q_proj.weight" and "3.input_layernorm.weight", split at the dots.
    private static Tensor InLayer(Decoder model, string[] parts)
    {
        LayerWeights layer = model.Layers[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)];
        bool bias = parts[^1] == "bias";
        long neurons = layer.Config.Neurons;
        return parts[^2] switch
        {
            "input_layernorm" => layer.AttentionNorm,
            "post_attention_layernorm" => layer.MlpNorm,
            "q_proj" => Qkv(0, layer.QueryWidth),
            "k_proj" => Qkv(layer.QueryWidth, layer.KeyWidth),
            "v_proj" => Qkv(layer.QueryWidth + layer.KeyWidth, layer.KeyWidth),
            "o_proj" => bias ? layer.OutputBias! : layer.Output,
            "gate_proj" => GateUp(0),
            "up_proj" => GateUp(neurons),
            _ => bias ? layer.DownBias! : layer.Down,
        };

        Tensor Qkv(long start, long rows) => (bias ? layer.QkvBias! : layer.Qkv).narrow(0, start, rows);
        Tensor GateUp(long start) => (bias ? layer.GateUpBias! : layer.GateUp).narrow(0, start, neurons);
    }
}
