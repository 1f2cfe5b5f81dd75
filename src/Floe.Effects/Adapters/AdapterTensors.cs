using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Adapters;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>A named float32 tensor outside LibTorch.</summary>
/// <param name="Name">Checkpoint name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Values">Its elements.</param>
public sealed record NamedTensor(string Name, Arr<long> Shape, ReadOnlyMemory<float> Values);

/// <summary>Adapter modules from and to the tensors of a checkpoint, in HydraLoRA's and PEFT's names.</summary>
public static class AdapterTensors
{
    /// <summary>The trained tensors: A, B_0 … B_{M−1} and router of each module (LoRA: A and B).</summary>
    /// <param name="adapters">The modules.</param>
    public static Either<FloeError, IReadOnlyList<NamedTensor>> Export(AdapterSet adapters) => TensorEdge.Run<IReadOnlyList<NamedTensor>>(
        "adapter", () => [.. adapters.Modules.SelectMany(pair => Export(pair.Key, pair.Value, parameter => parameter))]);

    /// <summary>Their gradients after a backward pass, under the same names; zero where a tensor took no part.</summary>
    /// <param name="adapters">The modules.</param>
    public static Either<FloeError, IReadOnlyList<NamedTensor>> ExportGradients(AdapterSet adapters) => TensorEdge.Run<IReadOnlyList<NamedTensor>>(
        "adapter", () => [.. adapters.Modules.SelectMany(pair => Export(pair.Key, pair.Value, parameter => parameter.grad ?? zeros_like(parameter)))]);

    /// <summary>Builds the modules of an opened adapter.</summary>
    /// <param name="folder">The adapter; its tensors are those of its plan.</param>
    /// <param name="shape">The decoder.</param>
    /// <param name="device">Where the modules go.</param>
    /// <returns>The modules, to be disposed; or the first error.</returns>
    public static Either<FloeError, AdapterSet> Load(AdapterFolder folder, ModelShape shape, Device device) =>
        from fits in AdapterParameters.Count(folder.Plan, shape)
        from adapters in Load(folder.Tensors, [.. Planned(folder.Plan, shape)], folder.Plan, device)
        select adapters;

    /// <summary>Builds the modules that a checkpoint holds. Every tensor must belong to one, and no part of one may be missing.</summary>
    /// <param name="source">The checkpoint's tensors.</param>
    /// <param name="kind">LoRA or Hydra.</param>
    /// <param name="shape">The decoder.</param>
    /// <param name="scale">s of a site with rank r.</param>
    /// <param name="alpha">α for the plan that describes the result.</param>
    /// <param name="dropout">Dropout while training on.</param>
    /// <param name="device">Where the modules go.</param>
    /// <returns>The modules, to be disposed; or <see cref="FloeError.BadData"/> naming the tensor.</returns>
    public static Either<FloeError, AdapterSet> Import(
        IWeightSource source, AdapterKind kind, ModelShape shape, Func<AdapterSite, int, double> scale, double alpha, double dropout, Device device)
    {
        List<Found> found = [];
        System.Collections.Generic.HashSet<string> claimed = [];
        foreach (AdapterSite site in Sites(shape))
        {
            if (!source.Tensors.ContainsKey(AdapterNames.A(site.Layer, site.Module)))
            {
                continue;
            }

            if (Check(source, kind, shape, site).Failed(out FloeError? error, out Found? one))
            {
                return error;
            }

            found.Add(one);
            claimed.UnionWith(one.Names);
        }

        string? stray = source.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !claimed.Contains(name));
        if (stray is not null || found.Count == 0)
        {
            return new FloeError.BadData(stray ?? "adapter", "a LoRA or HydraLoRA tensor of a linear layer of this model",
                stray is null ? "none" : "a tensor of something else", "Check the adapter's kind and base model.");
        }

        AdapterPlan plan = new(kind, toArray(Projections.All.Where(m => found.Exists(f => f.Site.Module == m))),
            toArray(found.GroupBy(f => f.Site.Layer).Select(g => new LayerAdapter(g.Key, g.First().Rank, g.First().Experts))), alpha, dropout);
        return Load(source, [.. found.Select(f => f with { Scale = scale(f.Site, f.Rank) })], plan, device);
    }

    private sealed record Found(AdapterSite Site, int Rank, int Experts, long Input, long Output, double Scale, IReadOnlyList<string> Names);

    private static IEnumerable<Found> Planned(AdapterPlan plan, ModelShape shape) =>
        from planned in plan.Sites
        let layer = planned.Layer
        let module = planned.Module
        let site = new AdapterSite(layer.Layer, module)
        select new Found(site, plan.RankOf(layer, module), layer.Experts, module.Input(shape), module.Output(shape), plan.ScaleOf(layer, module),
            site.TensorNames(plan.Kind, layer.Experts));

    private static IEnumerable<AdapterSite> Sites(ModelShape shape) =>
        from layer in Enumerable.Range(0, shape.Layers) from module in Projections.All select new AdapterSite(layer, module);

    private static Either<FloeError, Found> Check(IWeightSource source, AdapterKind kind, ModelShape shape, AdapterSite site)
    {
        (long input, long output) = (site.Module.Input(shape), site.Module.Output(shape));
        string first = site.TensorNames(kind, 1)[0];
        int rank = source.Tensors.TryGetValue(first, out StoredTensor? a) && a.Shape.Count == 2 ? (int)Math.Clamp(a.Shape[0], 0, int.MaxValue) : 0;
        int experts = kind == AdapterKind.Lora ? 1 : Enumerable.Range(0, 4096)
            .TakeWhile(i => source.Tensors.ContainsKey(AdapterNames.B(site.Layer, site.Module, i))).Count();
        IReadOnlyList<string> names = site.TensorNames(kind, experts);
        for (int i = 0; i < names.Count; i++)
        {
            long[] expected = i == 0 ? [rank, input] : kind == AdapterKind.Hydra && i == names.Count - 1 ? [experts, input] : [output, rank];
            string shown = source.Tensors.TryGetValue(names[i], out StoredTensor? tensor) ? $"[{string.Join(", ", tensor.Shape)}]" : "no such tensor";
            if (rank == 0 || experts == 0 || tensor is null || !tensor.Shape.SequenceEqual(expected))
            {
                return new FloeError.BadData(names[i], $"shape [{string.Join(", ", expected)}]", shown, "Check the adapter's kind and base model.");
            }
        }

        return new Found(site, rank, experts, input, output, 1.0, names);
    }

    private static Either<FloeError, AdapterSet> Load(IWeightSource source, IReadOnlyList<Found> found, AdapterPlan plan, Device device)
    {
        List<KeyValuePair<AdapterSite, LowRankModule>> modules = [];
        foreach (Found site in found)
        {
            if (ReadAll(source, site).Bind(values => TensorEdge.Run(site.Names[0], () => Module(site, values, plan.Dropout, device)))
                .Failed(out FloeError? error, out LowRankModule? module))
            {
                modules.ForEach(pair => pair.Value.Dispose());
                return error;
            }

            modules.Add(new(site.Site, module));
        }

        return new AdapterSet(plan, modules);
    }

    private static Either<FloeError, float[][]> ReadAll(IWeightSource source, Found site)
    {
        float[][] values = [.. site.Names.Select(name => new float[source.Tensors[name].Elements])];
        for (int i = 0; i < values.Length; i++)
        {
            if (source.ReadFloat32(site.Names[i], values[i]).Failed(out FloeError? error, out _))
            {
                return error;
            }
        }

        return values;
    }

    private static LowRankModule Module(Found site, float[][] values, double dropout, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] experts = [.. values.Skip(1).Take(site.Experts).Select(b => tensor(b, [site.Output, site.Rank]))];
        bool hydra = values.Length > 1 + site.Experts;
        return new LowRankModule(
            AdapterSets.Trainable(tensor(values[0], [site.Rank, site.Input]), device),
            AdapterSets.Trainable(cat(experts, 1), device),
            hydra ? AdapterSets.Trainable(tensor(values[^1], [site.Experts, site.Input]), device) : null,
            site.Scale,
            dropout);
    }

    private static IEnumerable<NamedTensor> Export(AdapterSite site, LowRankModule module, Func<Tensor, Tensor> part)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        AdapterKind kind = module.Router is null ? AdapterKind.Lora : AdapterKind.Hydra;
        Tensor[] router = module.Router is null ? [] : [part(module.Router)];
        Tensor[] tensors = [part(module.A), .. part(module.B).split(module.Rank, 1), .. router];
        return [.. site.TensorNames(kind, module.Experts).Zip(tensors, (name, t) => new NamedTensor(name, toArray(t.shape), Tensors.Floats(t)))];
    }
}
