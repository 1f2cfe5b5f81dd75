using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Tables;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>Makes the modules of a plan, loads and saves them.</summary>
public static class AdapterSets
{
    /// <summary>
    /// Fresh modules, as their kind starts: the adapted model is the base model. All draws come from one generator, by layer, then in the
    /// plan's order of modules.
    /// </summary>
    /// <param name="plan">Which kind on which layers and modules.</param>
    /// <param name="model">The decoder.</param>
    /// <param name="seed">Seed of the generator.</param>
    /// <returns>The modules, to be disposed; or <see cref="FloeError.Usage"/> for a plan that does not fit the decoder.</returns>
    public static Either<FloeError, AdapterSet> Create(AdapterPlan plan, Decoder model, ulong seed) =>
        AdapterParameters.Count(plan, model.Shape).Bind(_ => TensorEdge.Run("adapter", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using Generator generator = new(seed, CPU);
            TensorForm form = AdapterForms.Tensors(plan.Kind);
            return new AdapterSet(plan, model.Shape, [.. plan.SitesOn(model.Shape).Select(site =>
            {
                ModulePlace place = AdapterTensors.PlaceOf(plan, site, model);
                return KeyValuePair.Create(site, form.Make(place, form.Start(place, generator)));
            })]);
        }));

    /// <summary>The modules of an adapter on disk.</summary>
    /// <param name="path">A folder as PEFT, HydraLoRA, LoRAMoE or MLX saves it, or llama.cpp's GGUF form.</param>
    /// <param name="model">The decoder that it is for.</param>
    /// <returns>The modules, to be disposed; or what is missing, damaged or not supported.</returns>
    public static Either<FloeError, AdapterSet> Load(string path, Decoder model) =>
        AdapterFolders.Open(path, model.Config).Bind(folder =>
        {
            using (folder)
            {
                return AdapterTensors.Load(folder, model);
            }
        });

    /// <summary>Writes the modules as a folder that PEFT, or the repository of a routed kind, reads.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="adapters">The modules.</param>
    /// <param name="model">The decoder that they are for.</param>
    /// <param name="baseModel">The base model's name or path, for the configuration.</param>
    /// <param name="origin">What the base model is, where that is known; <see cref="Origin"/> reads it.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Save(
        string folder, AdapterSet adapters, DecoderConfig model, string baseModel, ModelIdentity? origin = null) =>
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
}
