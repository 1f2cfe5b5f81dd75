using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Effects.Formats.Adapters;

/// <summary>
/// Writes an adapter folder that PEFT (LoRA) or the HydraLoRA repository (Hydra) understands. Where the layers of a Hydra plan differ in
/// their
/// number of experts or in rank, <c>expert_pattern</c> and <c>rank_pattern</c> say so; HydraLoRA's own loader knows neither.
/// </summary>
public static class AdapterWriter
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
    /// <param name="origin">Keys and values of the tensors' metadata that say what the adapter was trained on; other programs pass them over.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string folder,
        AdapterPlan plan,
        DecoderConfig model,
        string baseModel,
        Func<string, ReadOnlyMemory<float>> values,
        IReadOnlyList<(string Key, string Value)>? origin = null) =>
        from fits in AdapterParameters.Count(plan, model.Shape)
        from some in Steps.Check(fits > 0, () => new FloeError.Usage("plan", "at least one layer and one module", "none", "Name what is adapted."))
        from tensors in SafetensorsWriter.Write(
            Path.Combine(folder, AdapterFolders.TensorFile),
            AdapterLayout.TensorsOf(plan, model).Select(t => OutgoingTensor.Float32(t.Name, t.Shape, () => values(t.Name))),
            PyTorchLayout.Concat((origin ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).ToDictionary(StringComparer.Ordinal))
        from config in AtomicFile.WriteText(Path.Combine(folder, AdapterConfigFile.Name), SortedJson.Text(ConfigOf(plan, model, baseModel)))
        select config;

    private static JsonObject ConfigOf(AdapterPlan plan, DecoderConfig model, string baseModel)
    {
        int rank = Common(plan.Layers.Map(layer => layer.Rank)), experts = Common(plan.Layers.Map(layer => layer.Experts));
        bool everyLayer = plan.Layers.Count == model.Layers;
        JsonObject config = new()
        {
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["lora_alpha"] = Number(plan.Alpha),
            ["lora_dropout"] = plan.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = rank,
            ["rank_pattern"] = PatternOf(plan, (layer, module) => plan.RankOf(layer, module) == rank ? null : plan.RankOf(layer, module)),
            ["target_modules"] = TargetsOf(plan, everyLayer),
            ["task_type"] = "CAUSAL_LM",
        };
        if (plan.Kind == AdapterKind.Lora)
        {
            config["alpha_pattern"] = PatternOf(
                plan, (layer, module) => AlphaOf(plan, layer, module) is var alpha && alpha == plan.Alpha ? null : Number(alpha));
            config["init_lora_weights"] = true;
            config["layers_to_transform"] = everyLayer || plan.Omitted.Count > 0
                ? null
                : List(plan.Layers.Select(layer => (JsonNode?)layer.Layer));
            config["use_dora"] = false;
            config["use_rslora"] = plan.RankStabilized;
            return config;
        }

        config["lora_nums"] = experts;
        config["merge_weights"] = false;
        if (plan.Layers.Exists(layer => layer.Experts != experts))
        {
            config["expert_pattern"] = PatternOf(plan, (layer, _) => layer.Experts == experts ? null : layer.Experts);
        }

        return config;
    }

    /// <summary>
    /// The modules' names; their whole paths where layers leave some out; for Hydra, whose loader knows no list of layers, a regular
    /// expression where layers are chosen.
    /// </summary>
    private static JsonNode TargetsOf(AdapterPlan plan, bool everyLayer) =>
        plan.Omitted.Count > 0 ? List(plan.Sites.Select(site => (JsonNode?)DecoderLayout.PathOf(site.Layer.Layer, site.Module)))
        : plan.Kind == AdapterKind.Lora || everyLayer ? List(Names(plan).Select(m => (JsonNode?)m))
        : JsonValue.Create($@".*layers\.({string.Join('|', plan.Layers.Map(layer => layer.Layer))})"
            + $@"\..*\.({string.Join('|', Names(plan))})");

    private static IEnumerable<string> Names(AdapterPlan plan) => plan.Modules.Select(m => m.Name()).Order(StringComparer.Ordinal);

    /// <summary>An entry a module whose value is not null, by the module's whole path as a pattern.</summary>
    private static JsonObject PatternOf(AdapterPlan plan, Func<LayerAdapter, Projection, JsonNode?> value) => new(
        from site in plan.Sites
        let found = value(site.Layer, site.Module)
        where found is not null
        select KeyValuePair.Create(Regex.Escape(DecoderLayout.PathOf(site.Layer.Layer, site.Module)), (JsonNode?)found));

    private static double AlphaOf(AdapterPlan plan, LayerAdapter layer, Projection module) =>
        plan.Overrides.Find(o => o.Layer == layer.Layer && o.Module == module).Match(Some: o => o.Alpha, None: () => plan.Alpha);

    private static int Common(Arr<int> values) => values.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;

    /// <summary>Whole numbers without a decimal point, as PEFT writes them.</summary>
    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? (long)value : value;

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);
}
