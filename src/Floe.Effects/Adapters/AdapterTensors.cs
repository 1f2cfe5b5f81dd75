using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>A named float32 tensor outside LibTorch.</summary>
/// <param name="Name">Checkpoint name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Values">Its elements.</param>
internal sealed record NamedTensor(string Name, Arr<long> Shape, ReadOnlyMemory<float> Values);

/// <summary>Adapter modules from and to the tensors of a checkpoint.</summary>
internal static class AdapterTensors
{
    /// <summary>The trained tensors of each module, in the order of its kind.</summary>
    /// <param name="adapters">The modules.</param>
    public static Either<FloeError, IReadOnlyList<NamedTensor>> Export(AdapterSet adapters) => Export(adapters, parameter => parameter);

    /// <summary>Their gradients after a backward pass, under the same names; zero where a tensor took no part.</summary>
    /// <param name="adapters">The modules.</param>
    public static Either<FloeError, IReadOnlyList<NamedTensor>> ExportGradients(AdapterSet adapters) =>
        Export(adapters, parameter => parameter.grad ?? zeros_like(parameter));

    /// <summary>Builds the modules of an opened adapter.</summary>
    /// <param name="folder">The adapter; its tensors are those of its plan.</param>
    /// <param name="model">The decoder.</param>
    /// <returns>The modules, to be disposed; or the first error.</returns>
    public static Either<FloeError, AdapterSet> Load(AdapterFolder folder, Decoder model) =>
        AdapterParameters.Count(folder.Plan, model.Shape).Bind(_ =>
        {
            List<KeyValuePair<AdapterSite, AdapterModule>> modules = [];
            foreach (AdapterSite site in folder.Plan.SitesOn(model.Shape))
            {
                if (Read(folder, site)
                    .Bind(values => TensorEdge.Run(folder.Path, () => Module(folder.Plan, site, model, values)))
                    .Failed(out FloeError? error, out AdapterModule? module))
                {
                    modules.ForEach(pair => pair.Value.Dispose());
                    return Left<FloeError, AdapterSet>(error);
                }

                modules.Add(new(site, module));
            }

            return new AdapterSet(folder.Plan, model.Shape, modules);
        });

    /// <summary>Where a module of a plan sits.</summary>
    /// <remarks>Tensor function: call it inside <see cref="TensorEdge"/>.</remarks>
    internal static ModulePlace PlaceOf(AdapterPlan plan, AdapterSite site, Decoder model) =>
        new(site, plan.ScaleOf(site), plan.Dropout, FrozenProjection.Of(model.Layers[site.Layer], site.Module))
        {
            Embedding = model.Embedding,
            EmbeddingScale = model.Config.EmbeddingScale,
        };

    /// <summary>The stored tensors of one linear layer, in the order of the kind.</summary>
    internal static Either<FloeError, IReadOnlyList<NamedTensor>> Read(AdapterFolder folder, AdapterSite site) =>
        AdapterLayout.NamesOn(folder.Plan.Kind, site).Each(name => Read(folder.Tensors, name));

    /// <summary>Stored tensors as those of LibTorch.</summary>
    /// <remarks>Tensor function: call it inside <see cref="TensorEdge"/>.</remarks>
    internal static Tensor[] Values(IReadOnlyList<NamedTensor> stored) =>
        [.. stored.Select(t => Tensors.Of(t.Values.ToArray(), [.. t.Shape]))];

    private static Either<FloeError, NamedTensor> Read(IWeightSource source, string name)
    {
        if (!source.Tensors.TryGetValue(name, out StoredTensor? stored))
        {
            return new FloeError.BadData(name, "a tensor of that name", "none", "Give the tensors of the plan.");
        }

        float[] values = new float[stored.Elements];
        return source.ReadFloat32(name, values).Map(_ => new NamedTensor(name, stored.Shape, values));
    }

    private static AdapterModule Module(AdapterPlan plan, AdapterSite site, Decoder model, IReadOnlyList<NamedTensor> stored)
    {
        using DisposeScope scope = NewDisposeScope();
        return AdapterForms.Tensors(plan.Kind).Make(PlaceOf(plan, site, model), Values(stored));
    }

    private static Either<FloeError, IReadOnlyList<NamedTensor>> Export(AdapterSet adapters, Func<Parameter, Tensor> part) =>
        TensorEdge.Run<IReadOnlyList<NamedTensor>>("adapter", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            return
            [
                .. from module in adapters.Modules
                   from tensor in AdapterLayout.NamesOn(adapters.Plan.Kind, module.Key)
                       .Zip(module.Value.Stored(part), (name, values) => (Name: name, Values: values))
                   select new NamedTensor(tensor.Name, toArray(tensor.Values.shape), Engine.Tensors.Floats(tensor.Values)),
            ];
        });
}
