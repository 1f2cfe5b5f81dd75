using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Pretraining.Training;

/// <summary>A decoder all of whose weights are trained: embedding, head (one tensor with the embedding where they are tied), norms, every
/// layer.</summary>
internal sealed class TrainableDecoder : IDisposable
{
    private TrainableDecoder(Decoder model, IReadOnlyList<Parameter> parameters) => (Model, Parameters) = (model, parameters);

    /// <summary>The decoder; its tensors are <see cref="Parameters"/>.</summary>
    public Decoder Model { get; }

    /// <summary>Embedding, head where it is a tensor of its own, the tensors of each layer in the order of
    /// <see cref="LayerWeights.Tensors"/>, last norm.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>A decoder with fresh weights (<see cref="RandomWeights"/>).</summary>
    /// <param name="config">The decoder.</param>
    /// <param name="seed">Start of the draws.</param>
    /// <param name="device">Where the weights go.</param>
    /// <returns>The decoder, to be disposed; or why it cannot be made.</returns>
    public static Either<FloeError, TrainableDecoder> Fresh(DecoderConfig config, long seed, Device device)
    {
        using Checkpoint start = new("fresh weights", config, new RandomWeights(config, seed));
        return DecoderLoading.Load(start, device).Bind(frozen => TensorEdge.Run("fresh weights", () => Of(frozen)));
    }

    /// <summary>Makes a decoder's weights trainable. The decoder that was given is empty afterwards.</summary>
    /// <param name="frozen">The decoder.</param>
    public static TrainableDecoder Of(Decoder frozen)
    {
        List<Parameter> parameters = [];
        Tensor embedding = Train(frozen.Embedding);
        Tensor head = ReferenceEquals(frozen.Head, frozen.Embedding) ? embedding : Train(frozen.Head);
        LayerWeights[] layers = [.. frozen.Layers.Select(layer => layer with
        {
            AttentionNorm = Train(layer.AttentionNorm),
            Qkv = Train(layer.Qkv),
            QkvBias = TrainSome(layer.QkvBias),
            Output = Train(layer.Output),
            OutputBias = TrainSome(layer.OutputBias),
            MlpNorm = Train(layer.MlpNorm),
            GateUp = Train(layer.GateUp),
            GateUpBias = TrainSome(layer.GateUpBias),
            Down = Train(layer.Down),
            DownBias = TrainSome(layer.DownBias),
            AttentionBranchNorm = TrainSome(layer.AttentionBranchNorm),
            MlpBranchNorm = TrainSome(layer.MlpBranchNorm),
            QueryNorm = TrainSome(layer.QueryNorm),
            KeyNorm = TrainSome(layer.KeyNorm),
        })];
        Tensor norm = Train(frozen.FinalNorm);
        return new TrainableDecoder(new Decoder(frozen.Config, frozen.Device, embedding, head, norm, layers), parameters);

        Tensor Train(Tensor weight)
        {
            Parameter parameter = new(weight);
            parameters.Add(parameter);
            return parameter;
        }

        Tensor? TrainSome(Tensor? weight) => weight is null ? null : Train(weight);
    }

    /// <summary>Frees the weights and their gradients.</summary>
    public void Dispose() => Model.Dispose();
}
