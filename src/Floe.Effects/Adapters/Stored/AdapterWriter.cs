using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// Writes an adapter folder that PEFT, or for routed kinds their own repository, understands. Where the layers of a routed plan differ in
/// their number of experts or in rank, <c>expert_pattern</c> and <c>rank_pattern</c> say so; HydraLoRA's own loader knows neither.
/// </summary>
internal static class AdapterWriter
{
    private static readonly Dictionary<string, string> PyTorchLayout = new() { ["format"] = "pt" };

    /// <summary>
    /// Writes <c>adapter_model.safetensors</c> (float32), then <c>adapter_config.json</c>; each file is whole or not there.
    /// </summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="plan">What the adapter is.</param>
    /// <param name="model">The base model, for the widths.</param>
    /// <param name="baseModel">The base model's name or path for <c>base_model_name_or_path</c>.</param>
    /// <param name="values">Values of a tensor of <see cref="AdapterLayout.TensorsOf"/>, row-major; asked for one at a time.</param>
    /// <param name="origin">Keys and values of the tensors' metadata that say what the adapter was trained on; other programs pass them
    /// over.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string folder,
        AdapterPlan plan,
        DecoderConfig model,
        string baseModel,
        Func<string, ReadOnlyMemory<float>> values,
        IReadOnlyList<(string Key, string Value)>? origin = null) =>
        from fits in AdapterParameters.Count(plan, model.Shape)
        from some in Steps.Check(
            fits > 0, () => new FloeError.Usage("plan", "at least one layer and one module", "none", "Name what is adapted."))
        from tensors in SafetensorsWriter.Write(
            Path.Combine(folder, AdapterFolders.TensorFile),
            AdapterForms.Stored(plan.Kind).Joined is { } joined
                ? [joined.Of(plan, model, values)]
                : AdapterLayout.TensorsOf(plan, model).Select(t => OutgoingTensor.Float32(t.Name, t.Shape, () => values(t.Name))),
            PyTorchLayout.Concat((origin ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
                .ToDictionary(StringComparer.Ordinal))
        from config in AtomicFile.WriteText(
            Path.Combine(folder, AdapterConfigFile.Name), SortedJson.Text(Trained(plan, model, baseModel)))
        select config;

    /// <summary>Writes the configuration with which PEFT trains a plan: <c>PeftConfig.from_pretrained</c> reads it, and no tensors are
    /// there yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">What the adapter is to be.</param>
    /// <param name="layers">Layers of the base model.</param>
    /// <param name="baseModel">The base model's name or path.</param>
    internal static Either<FloeError, Unit> WriteConfig(string path, AdapterPlan plan, int layers, string baseModel) =>
        from sound in plan.Checked()
        from written in AtomicFile.WriteText(path, SortedJson.Text(ConfigOf(plan, layers, baseModel, trained: false)))
        select written;

    private static JsonObject Trained(AdapterPlan plan, DecoderConfig model, string baseModel)
    {
        JsonObject config = ConfigOf(plan, model.Layers, baseModel, trained: true);
        AdapterForms.Stored(plan.Kind).OfModel?.Invoke(config, plan, model);
        return config;
    }

    private static JsonObject ConfigOf(AdapterPlan plan, int layers, string baseModel, bool trained)
    {
        StoredForm form = AdapterForms.Stored(plan.Kind);
        bool everyLayer = plan.Layers.Count == layers;
        JsonObject config = new()
        {
            ["base_model_name_or_path"] = baseModel,
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = trained,
            ["modules_to_save"] = null,
            ["peft_type"] = form.Type,
            ["target_modules"] = TargetsOf(plan, form, everyLayer),
            ["task_type"] = "CAUSAL_LM",
        };
        if (form.ListsLayers)
        {
            config["layers_to_transform"] = everyLayer || plan.Omitted.Count > 0
                ? null
                : List(plan.Layers.Select(layer => (JsonNode?)layer.Layer));
        }

        form.Describe(config, plan);
        return config;
    }

    /// <summary>
    /// The modules' names; their whole paths where layers leave some out; a regular expression where layers are chosen and the kind's
    /// loader knows no list of layers.
    /// </summary>
    private static JsonNode TargetsOf(AdapterPlan plan, StoredForm form, bool everyLayer) =>
        plan.Omitted.Count > 0 ? List(plan.Sites.Select(site => (JsonNode?)DecoderLayout.PathOf(site.Layer.Layer, site.Module)))
        : form.ListsLayers || everyLayer ? List(Names(plan).Select(m => (JsonNode?)m))
        : JsonValue.Create($@".*layers\.({string.Join('|', plan.Layers.Map(layer => layer.Layer))})"
            + $@"\..*\.({string.Join('|', Names(plan))})");

    private static IEnumerable<string> Names(AdapterPlan plan) => plan.Modules.Select(m => m.Name()).Order(StringComparer.Ordinal);

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);
}
