using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>
/// A checkpoint's weights with an adapter merged into them, tensor by tensor as they are read: W + s B A for LoRA, its rows rescaled for
/// DoRA, rows or columns scaled for IA³. In float32 whatever the storage.
/// </summary>
internal sealed class MergedWeights : IWeightSource
{
    private readonly Checkpoint checkpoint;
    private readonly AdapterFolder adapter;
    private readonly ILookup<string, Piece> merged;

    private MergedWeights(Checkpoint checkpoint, AdapterFolder adapter)
    {
        (this.checkpoint, this.adapter) = (checkpoint, adapter);
        merged = Pieces(checkpoint.Config, adapter.Plan).ToLookup(piece => piece.Tensor, StringComparer.Ordinal);
    }

    /// <summary>The merged weights, or that a kind cannot be merged: where the input decides what is added, no one weight does the
    /// same.</summary>
    /// <param name="checkpoint">The base model; must outlive the result.</param>
    /// <param name="adapter">An adapter that was opened for it; must outlive the result.</param>
    public static Either<FloeError, IWeightSource> Of(Checkpoint checkpoint, AdapterFolder adapter) => !adapter.Plan.Kind.Merges
        ? new FloeError.Unsupported(
            adapter.Path, $"merging {adapter.Plan.Kind.Title}, {(adapter.Plan.Kind.HasExperts
                ? "whose experts weigh as the input says, so that"
                : "which adds to the sequence, so that")} no one weight does the same",
            string.Join(
                ", ", AdapterKind.All.Filter(kind => kind.Merges).Map(kind => kind.Title)),
                    "Use the adapter beside its model (--adapter).")
        : new MergedWeights(checkpoint, adapter);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => checkpoint.Weights.Tensors;

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (checkpoint.Weights.ReadFloat32(name, destination).Failed(out FloeError? unread, out _))
        {
            return unread;
        }

        foreach (Piece piece in merged[name])
        {
            Span<float> rows = destination.Slice((int)piece.First, (int)piece.Count);
            float[] frozen = rows.ToArray();
            if (AdapterTensors.Read(adapter, piece.Site)
                .Bind(tensors => TensorEdge.Run(name, () => Merge(piece, frozen, tensors)))
                .Failed(out FloeError? error, out float[]? values))
            {
                return error;
            }

            values.CopyTo(rows);
        }

        return unit;
    }

    /// <summary>Nothing of its own.</summary>
    public void Dispose()
    {
    }

    private float[] Merge(Piece piece, float[] frozen, IReadOnlyList<NamedTensor> stored)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        (long output, long input) = (piece.Site.Module.Output(piece.Site.Shape), piece.Site.Module.Input(piece.Site.Shape));
        Tensor values = piece.Bias ? Engine.Tensors.Of(frozen, output) : Engine.Tensors.Of(frozen, output, input);
        FrozenProjection layer = new(piece.Bias ? zeros(output, input) : values, null);
        using AdapterModule module = AdapterForms.Tensors(adapter.Plan.Kind).Make(
            new ModulePlace(piece.Site, adapter.Plan.ScaleOf(piece.Site), 0.0, layer), AdapterTensors.Values(stored));
        return Engine.Tensors.Floats(piece.Bias ? module.MergedBias(values) : module.Merged(values)!);
    }

    /// <summary>Where the weights and biases of adapted linear layers lie: some checkpoints store several on top of one another.</summary>
    private static IEnumerable<Piece> Pieces(DecoderConfig config, AdapterPlan plan)
    {
        ILookup<int, AdapterSite> sites = plan.SitesOn(config.Shape).ToLookup(site => site.Layer);
        foreach (BlockMatrix matrix in BlockMatrix.All(config))
        {
            long row = 0;
            foreach (Projection projection in matrix.Projections)
            {
                long rows = projection.Output(config.Shape);
                foreach (AdapterSite site in sites.SelectMany(layer => layer).Where(site => site.Module == projection))
                {
                    string path = $"{DecoderLayout.LayerPath(site.Layer)}.{matrix.Path}";
                    yield return new Piece($"{path}.weight", site, row * matrix.Columns, rows * matrix.Columns, Bias: false);
                    yield return new Piece($"{path}.bias", site, row, rows, Bias: true);
                }

                row += rows;
            }
        }
    }

    private readonly record struct Piece(string Tensor, AdapterSite Site, long First, long Count, bool Bias);
}
