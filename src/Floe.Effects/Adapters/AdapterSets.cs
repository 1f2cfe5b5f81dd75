using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>Makes the modules of a plan.</summary>
public static class AdapterSets
{
    /// <summary>
    /// Fresh modules: A and R uniform in ±1/√in (Kaiming uniform with a = √5), every B zero, so that the adapted model starts as the base model.
    /// All draws come from one generator, by layer, then in the plan's order of modules, A before R.
    /// </summary>
    /// <param name="plan">Which layers, modules, ranks, experts.</param>
    /// <param name="shape">The decoder.</param>
    /// <param name="seed">Seed of the generator.</param>
    /// <param name="device">Where the modules go; they are drawn on the CPU, so a seed gives the same numbers everywhere.</param>
    /// <returns>The modules, to be disposed; or <see cref="FloeError.Usage"/> for a plan that does not fit the decoder.</returns>
    public static Either<FloeError, AdapterSet> Create(AdapterPlan plan, ModelShape shape, ulong seed, Device device) =>
        AdapterParameters.Count(plan, shape).Bind(_ => TensorEdge.Run("adapter", () => Fresh(plan, shape, seed, device)));

    private static AdapterSet Fresh(AdapterPlan plan, ModelShape shape, ulong seed, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(seed, CPU);
        List<KeyValuePair<AdapterSite, LowRankModule>> modules = [];
        foreach (LayerAdapter layer in plan.Layers.OrderBy(l => l.Layer))
        {
            foreach (string name in plan.Modules)
            {
                (int input, int output) = AdapterParameters.Dimensions(name, shape);
                Parameter a = Uniform(layer.Rank, input, generator, device);
                Parameter? router = plan.Kind == AdapterKind.Hydra ? Uniform(layer.Experts, input, generator, device) : null;
                Parameter b = Trainable(zeros(output, (long)layer.Experts * layer.Rank, ScalarType.Float32, CPU), device);
                modules.Add(new(new AdapterSite(layer.Layer, name), new LowRankModule(a, b, router, plan.Alpha / layer.Rank, plan.Dropout)));
            }
        }

        return new AdapterSet(plan, modules);
    }

    internal static Parameter Trainable(Tensor values, Device device)
    {
        Parameter parameter = new(values.to(device));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private static Parameter Uniform(int rows, int columns, Generator generator, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        double bound = 1.0 / Math.Sqrt(columns);
        return Trainable(empty(rows, columns, ScalarType.Float32, CPU).uniform_(-bound, bound, generator), device);
    }
}
