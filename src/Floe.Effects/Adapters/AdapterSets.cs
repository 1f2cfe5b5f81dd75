using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Adapters;
using Floe.Effects.Models;
using Floe.Effects.Tables;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>Makes the modules of a plan, loads and saves them.</summary>
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

    /// <summary>The modules of an adapter on disk.</summary>
    /// <param name="path">A folder as PEFT or HydraLoRA saves it, or llama.cpp's GGUF form.</param>
    /// <param name="model">The decoder that it is for.</param>
    /// <returns>The modules, to be disposed; or what is missing, damaged or not supported.</returns>
    public static Either<FloeError, AdapterSet> Load(string path, Decoder model) =>
        AdapterFolders.Open(path, model.Config).Bind(folder =>
        {
            using (folder)
            {
                return AdapterTensors.Load(folder, model.Shape, model.Device);
            }
        });

    /// <summary>Writes the modules as a folder that PEFT (LoRA) or HydraLoRA (Hydra) reads.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="adapters">The modules.</param>
    /// <param name="model">The decoder that they are for.</param>
    /// <param name="baseModel">The base model's name or path, for the configuration.</param>
    /// <param name="origin">What the base model is, where that is known; <see cref="Origin"/> reads it.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Save(string folder, AdapterSet adapters, DecoderConfig model, string baseModel, ModelIdentity? origin = null) =>
        from tensors in AdapterTensors.Export(adapters)
        let byName = tensors.ToDictionary(t => t.Name, t => t.Values, StringComparer.Ordinal)
        from written in AdapterWriter.Write(folder, adapters.Plan, model, baseModel, name => byName[name], origin?.Pairs)
        select written;

    /// <summary>The base model that an adapter says it was trained on: its identity where Floe wrote it, none otherwise.</summary>
    /// <param name="path">What <see cref="Load"/> opens.</param>
    internal static Either<FloeError, Option<ModelIdentity>> Origin(string path) => AdapterFolders.Metadata(path).Map(stored =>
        stored.TryGetValue(ModelIdentity.ModelKey, out string? model)
            ? Some(ModelIdentity.Parse(model, stored.TryGetValue(ModelIdentity.ConfigurationKey, out string? config) ? Some(config) : None))
            : Option<ModelIdentity>.None);

    private static AdapterSet Fresh(AdapterPlan plan, ModelShape shape, ulong seed, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(seed, CPU);
        List<KeyValuePair<AdapterSite, LowRankModule>> modules = [];
        foreach ((LayerAdapter layer, Projection name) in plan.Sites.OrderBy(site => site.Layer.Layer))
        {
            (long input, long output) = (name.Input(shape), name.Output(shape));
            int rank = plan.RankOf(layer, name);
            Parameter a = Uniform(rank, input, generator, device);
            Parameter? router = plan.Kind == AdapterKind.Hydra ? Uniform(layer.Experts, input, generator, device) : null;
            Parameter b = Trainable(zeros(output, (long)layer.Experts * rank, ScalarType.Float32, CPU), device);
            modules.Add(new(new AdapterSite(layer.Layer, name), new LowRankModule(a, b, router, plan.ScaleOf(layer, name), plan.Dropout)));
        }

        return new AdapterSet(plan, modules);
    }

    internal static Parameter Trainable(Tensor values, Device device)
    {
        Parameter parameter = new(values.to(device));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private static Parameter Uniform(long rows, long columns, Generator generator, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        double bound = 1.0 / Math.Sqrt(columns);
        return Trainable(empty(rows, columns, ScalarType.Float32, CPU).uniform_(-bound, bound, generator), device);
    }
}
