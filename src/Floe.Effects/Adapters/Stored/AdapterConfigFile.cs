using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// Reads <c>adapter_config.json</c>. What changes the adapter's meaning and is not built is refused by its name, never ignored; null and
/// values
/// that say nothing pass.
/// </summary>
internal static class AdapterConfigFile
{
    private const int LongestConfig = 1 << 24;
    private const int MostExperts = 1 << 16;
    private const int UsualSize = 8;

    /// <summary>What a person does about a wrong value.</summary>
    internal const string Remedy = "Correct the value, or save the adapter again.";

    /// <summary>The file's name in an adapter folder.</summary>
    public const string Name = "adapter_config.json";

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, AdapterConfig> Read(string path) => ReadRoot(path).Bind(root => Decode(path, root));

    /// <summary>Reads the file as JSON, whoever wrote it.</summary>
    internal static Either<FloeError, JsonElement> ReadRoot(string path) => JsonText.ReadObject(path, LongestConfig);

    /// <summary>The configuration that an object says.</summary>
    internal static Either<FloeError, AdapterConfig> Decode(string path, JsonElement root)
    {
        Settings read = new(path, key => Setting.Of(root, key)) { Remedy = Remedy };
        if (MlxAdapter.Wrote(root))
        {
            return new FloeError.Unsupported(
                path, "an adapter in MLX's form without its base model", "PEFT's and HydraLoRA's form",
                "Name the base model (floe inspect FOLDER --model MODEL).");
        }

        string kind = read.Text("peft_type");
        return kind switch
        {
            "LORA" => DecodeLora(path, root, read),
            "IA3" => DecodeIa3(path, root, read),
            _ => read.Result(() => kind).Bind<AdapterConfig>(name => new FloeError.Unsupported(
                $"{path}: peft_type", $"the adapter kind {(name.Length <= 60 ? name : name[..60])}",
                    "LORA (with use_dora or lora_nums too), IA3",
                "Use another adapter.")),
        };
    }

    private static Either<FloeError, AdapterConfig> DecodeIa3(string path, JsonElement root, Settings read)
    {
        read.Refuse(read.Flag("fan_in_fan_out", false), "fan_in_fan_out", "transposed weights", "false");
        string baseModel = read.Text("base_model_name_or_path", "");
        return from sound in RefuseSet(path, root, read, AdapterKeys.OfIa3)
               from targets in ReadModules($"{path}: target_modules", root, "target_modules")
               from excluded in ReadModules($"{path}: exclude_modules", root, "exclude_modules")
               from forward in ReadModules($"{path}: feedforward_modules", root, "feedforward_modules")
               select new AdapterConfig(
                   new AdapterKind.Ia3(), baseModel, 1, 1.0, 0.0, 1, false, targets.IfNone(() => new TargetModules.Usual()), None,
                   Arr<(string, int)>.Empty, Arr<(string, double)>.Empty, Arr<(string, int)>.Empty)
               {
                   Excluded = excluded,
                   FeedForward = forward,
               };
    }

    /// <summary>Refuses by name whatever a file sets that its kind does not know.</summary>
    private static Either<FloeError, Unit> RefuseSet(string path, JsonElement root, Settings read, Func<string, string?> refused) =>
        JsonText.Members(root).Each(item => JsonText.NameOf(path, item).Map(key => (key, item.Value))).Bind(keys =>
        {
            foreach (string key in keys.Where(item => AdapterKeys.IsSet(item.Value)).Select(item => item.key))
            {
                if (refused(key) is { } feature)
                {
                    read.Refuse(true, key.Length <= 120 ? key : key[..120], feature, "an adapter without it");
                }
            }

            return read.Result(() => unit);
        });

    private static Either<FloeError, AdapterConfig> DecodeLora(string path, JsonElement root, Settings read)
    {
        bool hydra = read["lora_nums"] is not Setting.Absent, dora = read.Flag("use_dora", false);
        read.Refuse(hydra && dora, "use_dora", "DoRA with several experts", "one of use_dora and lora_nums");
        string bias = read.Text("bias", "none");
        read.Refuse(bias is not ("none" or "all" or "lora_only"), "bias", $"trained biases of the kind {bias}", "none, all, lora_only");
        read.Refuse(hydra && read.Flag("fan_in_fan_out", false), "fan_in_fan_out", "transposed weights", "false");
        RefuseInitialisation(read);
        int rank = read.Whole("r", 1, int.MaxValue, UsualSize);
        double alpha = read.Positive("lora_alpha", hydra ? null : UsualSize);
        double dropout = read.NonNegative("lora_dropout", 0);
        read.Require(dropout < 1, "lora_dropout", "less than 1", $"{dropout}");
        int experts = read.Whole("lora_nums", 1, MostExperts, 1);
        bool stabilized = read.Flag("use_rslora", false);
        string baseModel = read.Text("base_model_name_or_path", "");
        return from sound in RefuseSet(path, root, read, AdapterKeys.OfLora)
               from targets in ReadModules($"{path}: target_modules", root, "target_modules")
               from excluded in ReadModules($"{path}: exclude_modules", root, "exclude_modules")
               from layers in ReadLayers($"{path}: layers_to_transform", root)
               from pattern in ReadTexts($"{path}: layers_pattern", root, "layers_pattern")
               from whole in CheckLayers(path, targets, layers, pattern)
               from ranks in ReadPattern(path, root, "rank_pattern", static key => CountIn(key, int.MaxValue))
               from alphas in ReadPattern(path, root, "alpha_pattern", static key => key switch
               {
                   Setting.Whole { Value: > 0 } w => Some((double)w.Value),
                   Setting.Real { Value: > 0 } r => Some(r.Value),
                   _ => None,
               })
               from counts in ReadPattern(path, root, "expert_pattern", static key => CountIn(key, MostExperts))
               select new AdapterConfig(
                   hydra
                       ? new AdapterKind.Hydra()
                       : dora
                       ? new AdapterKind.Dora()
                       : new AdapterKind.Lora(), baseModel, rank, alpha, dropout, experts, stabilized,
                   targets.IfNone(() => new TargetModules.Usual()), layers, ranks, alphas, counts)
               {
                   Excluded = excluded,
                   LayersPattern = pattern,
                   TrainsBiases = bias != "none",
               };
    }

    private static Option<int> CountIn(Setting value, int most) =>
        value is Setting.Whole { Value: >= 1 } whole && whole.Value <= most ? Some((int)whole.Value) : None;

    /// <summary>
    /// PiSSA, OLoRA, CorDA, LoftQ and LoRA-GA change the base weights too, so that the adapter belongs to other weights than the base
    /// model's. The
    /// others only choose where training starts.
    /// </summary>
    private static void RefuseInitialisation(Settings read)
    {
        string start = read["init_lora_weights"] is Setting.Text text ? text.Value.ToLowerInvariant() : "";
        bool changesBase = start is "olora" or "loftq" or "lora_ga"
            || start.StartsWith("pissa", StringComparison.Ordinal) || start.StartsWith("corda", StringComparison.Ordinal);
        read.Refuse(changesBase, "init_lora_weights", $"the initialisation {start}, which changes the base model",
            "true",
            "Save the adapter with path_initial_model_for_weight_conversion, which converts it to plain LoRA.");
        read.Refuse(!changesBase && start is not ("" or "gaussian" or "eva" or "orthogonal" or "mica"), "init_lora_weights",
            $"the initialisation {(start.Length <= 60 ? start : start[..60])}", "true, false, gaussian, eva, orthogonal, mica");
    }

    /// <summary>
    /// A list of names, a regular expression, or <c>all-linear</c>; none where the key says nothing. An empty list of targets names
    /// nothing.
    /// </summary>
    private static Either<FloeError, Option<TargetModules>> ReadModules(string at, JsonElement root, string key)
    {
        JsonElement value = JsonText.Has(root, key, out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => Option<TargetModules>.None,
            JsonValueKind.Array when value.GetArrayLength() == 0 && key != "target_modules" => Option<TargetModules>.None,
            JsonValueKind.String => JsonText.Text(at, value).Map(text =>
                string.Equals(text, "all-linear", StringComparison.OrdinalIgnoreCase) && key == "target_modules"
                    ? Some<TargetModules>(new TargetModules.AllLinear())
                : text.Length == 0 && key != "target_modules" ? None
                : Some<TargetModules>(new TargetModules.Pattern(text))),
            JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray().Each(item => JsonText.Text(at, item))
                .Map(names => Some<TargetModules>(new TargetModules.Names(toArray(names.Distinct(StringComparer.Ordinal))))),
            _ => new FloeError.BadData(
                at, "a list of modules or a regular expression",
                value.ValueKind == JsonValueKind.Array ? "an empty list" : $"{value.ValueKind}",
                "Name the adapted modules."),
        };
    }

    private static Either<FloeError, Option<Arr<int>>> ReadLayers(string at, JsonElement root)
    {
        JsonElement value = JsonText.Has(root, "layers_to_transform", out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => Option<Arr<int>>.None,
            JsonValueKind.Array when value.GetArrayLength() == 0 => Option<Arr<int>>.None,
            JsonValueKind.Array => value.EnumerateArray().Each(item => ReadLayer(at, item)).Map(layers => Some(toArray(layers))),
            _ => ReadLayer(at, value).Map(layer => Some(Array(layer))),
        };
    }

    private static Either<FloeError, int> ReadLayer(string at, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int layer) && layer >= 0
            ? layer
            : new FloeError.BadData(
                at, "layers from 0", value.GetRawText() is { Length: <= 40 } raw ? raw : $"a long {value.ValueKind}", "Correct the list.");

    /// <summary>A text or a list of texts; empty where the key says nothing.</summary>
    private static Either<FloeError, Arr<string>> ReadTexts(string at, JsonElement root, string key)
    {
        JsonElement value = JsonText.Has(root, key, out JsonElement found) && AdapterKeys.IsSet(found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => Arr<string>.Empty,
            JsonValueKind.Array => value.EnumerateArray().Each(item => JsonText.Text(at, item)).Map(texts => toArray(texts)),
            _ => JsonText.Text(at, value).Map(text => Array(text)),
        };
    }

    /// <summary>
    /// A list of layers goes with names of modules, not with a text that says the layers itself; names of the list go with a list.
    /// </summary>
    private static Either<FloeError, Unit> CheckLayers(
        string path, Option<TargetModules> targets, Option<Arr<int>> layers, Arr<string> pattern) =>
        targets.Exists(t => t is TargetModules.Pattern or TargetModules.AllLinear) && (layers.IsSome || pattern.Count > 0)
            ? new FloeError.BadData($"{path}: {(layers.IsSome ? "layers_to_transform" : "layers_pattern")}",
                "no choice of layers beside target_modules as one text", "both",
                "List the modules by name, or say the layers in the regular expression.")
        : pattern.Count > 0 && layers.IsNone
            ? new FloeError.BadData(
                $"{path}: layers_pattern", "layers_to_transform beside it", "none", "List the layers, or remove layers_pattern.")
        : unit;

    private static Either<FloeError, Arr<(string Pattern, T Value)>> ReadPattern<T>(
        string path, JsonElement root, string key, Func<Setting, Option<T>> decode) =>
        !JsonText.Has(root, key, out JsonElement found) || !AdapterKeys.IsSet(found)
            ? Arr<(string, T)>.Empty
            : from section in JsonText.Member(path, root, key, JsonValueKind.Object)
              from entries in JsonText.Members(section).Each(item =>
                  from name in JsonText.NameOf(path, item)
                  from value in decode(Setting.Of(section, name)).ToEither<FloeError>(() =>
                      new FloeError.BadData(
                          $"{path}: {key}: {(name.Length <= 120 ? name : name[..120])}", "a number above 0",
                          Setting.Of(section, name).Found, "Correct the pattern."))
                  select (name, value))
              select toArray(entries);
}
