using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp.Modules;

namespace Floe.Effects.Adapters;

/// <summary>The adapter modules of a model, one an adapted linear layer. What an <see cref="AdapterPlan"/> becomes.</summary>
public sealed class AdapterSet : IDecoderAdapter, IDisposable
{
    private readonly IReadOnlyDictionary<int, LayerAdapters> layers;

    internal AdapterSet(AdapterPlan plan, ModelShape model, IEnumerable<KeyValuePair<AdapterSite, AdapterModule>> modules)
    {
        (Plan, Model) = (plan, model);
        Modules = [.. modules.OrderBy(pair => (pair.Key.Layer, pair.Key.Module))];
        layers = Modules.GroupBy(pair => pair.Key.Layer).ToDictionary(group => group.Key, Group);
    }

    /// <summary>The plan that it was made from, or that describes what was loaded.</summary>
    public AdapterPlan Plan { get; }

    /// <inheritdoc/>
    public ModelShape Model { get; }

    /// <summary>Modules by site, layers ascending.</summary>
    internal IReadOnlyList<KeyValuePair<AdapterSite, AdapterModule>> Modules { get; }

    /// <summary>Trainable tensors in a fixed order: by site, then in the order of the kind.</summary>
    public IEnumerable<Parameter> Parameters => Modules.SelectMany(pair => pair.Value.Parameters);

    /// <summary>Number of trainable numbers.</summary>
    public long Count => Parameters.Sum(p => p.numel());

    /// <inheritdoc/>
    public int? LowestLayer => Modules.Count == 0 ? null : Modules[0].Key.Layer;

    int IDecoderAdapter.Lead =>
        (int)Modules.Select(pair => (pair.Value.Before ?? pair.Value.Embeddings)?.size(0) ?? 0).DefaultIfEmpty(0).Max();

    TorchSharp.torch.Tensor? IDecoderAdapter.Embeddings =>
        Modules.Select(pair => pair.Value.Embeddings).FirstOrDefault(rows => rows is not null);

    LayerAdapters? IDecoderAdapter.Layer(int layer) => Layer(layer);

    /// <inheritdoc cref="IDecoderAdapter.Layer"/>
    internal LayerAdapters? Layer(int layer) => layers.GetValueOrDefault(layer);

    /// <summary>Frees the modules.</summary>
    public void Dispose()
    {
        foreach (KeyValuePair<AdapterSite, AdapterModule> pair in Modules)
        {
            pair.Value.Dispose();
        }
    }

    private static LayerAdapters Group(IEnumerable<KeyValuePair<AdapterSite, AdapterModule>> modules)
    {
        Dictionary<Projection, AdapterModule> byName = modules.ToDictionary(pair => pair.Key.Module, pair => pair.Value);
        return new LayerAdapters(
            Of(Projection.Query), Of(Projection.Key), Of(Projection.Value), Of(Projection.Output), Of(Projection.Gate), Of(Projection.Up),
                Of(Projection.Down))
        {
            Prefix = Before(Projection.Key) is { } keys && Before(Projection.Value) is { } values ? new PrefixRows(keys, values) : null,
        };

        AdaptedProjection? Of(Projection module) => byName.TryGetValue(module, out AdapterModule? found)
            && (found.Before ?? found.Embeddings) is null
            ? (input, frozen, training) => found.Apply(input, frozen, training)
            : null;

        TorchSharp.torch.Tensor? Before(Projection module) => byName.GetValueOrDefault(module)?.Before;
    }
}
