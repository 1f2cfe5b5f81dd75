using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Adapters;

/// <summary>Reads <c>adapter_config.json</c>. What changes the adapter's meaning and is not built is refused by its name, never ignored.</summary>
public static class AdapterConfigFile
{
    private const int LongestConfig = 1 << 24;
    private const int MostExperts = 1 << 16;

    /// <summary>The file's name in an adapter folder.</summary>
    public const string Name = "adapter_config.json";

    /// <summary>Keys of PEFT's LoRA that ask for something else when they are set.</summary>
    private static readonly (string Key, string Feature)[] Variants =
    [
        ("use_dora", "DoRA"),
        ("modules_to_save", "whole modules saved with the adapter"),
        ("use_qalora", "QALoRA"),
        ("lora_bias", "a bias on B"),
        ("layer_replication", "replicated layers"),
        ("alora_invocation_tokens", "activated LoRA"),
        ("target_parameters", "adapters on bare parameters"),
        ("trainable_token_indices", "trainable tokens"),
        ("exclude_modules", "excluded modules"),
        ("layers_pattern", "a pattern for layer names"),
        ("fan_in_fan_out", "transposed weights"),
        ("enable_lora", "adapters on parts of a fused weight"),
        ("arrow_config", "Arrow routing"),
        ("kasa_config", "KaSA"),
        ("velora_config", "VeLoRA"),
        ("monteclora_config", "MonteCLoRA"),
        ("use_bdlora", "BD-LoRA"),
    ];

    /// <summary>Initialisations that also change the base weights.</summary>
    private static readonly string[] BaseChanging = ["pissa", "olora", "loftq", "corda", "lora_ga"];

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, AdapterConfig> Read(string path) =>
        JsonText.ReadObject(path, LongestConfig).Bind(root => Decode(path, root));

    private static Either<FloeError, AdapterConfig> Decode(string path, JsonElement root)
    {
        Settings read = new(path, key => Setting.Of(root, key));
        string kind = read.Text("peft_type");
        return kind == "LORA" ? DecodeLora(path, root, read) : read.Result(() => kind).Bind<AdapterConfig>(name => new FloeError.Unsupported(
            $"{path}: peft_type", $"the adapter kind {(name.Length <= 60 ? name : name[..60])}", "LORA (plain and Hydra)", "Use another adapter."));
    }

    private static Either<FloeError, AdapterConfig> DecodeLora(string path, JsonElement root, Settings read)
    {
        foreach ((string key, string feature) in Variants)
        {
            read.Refuse(IsSet(root, key), key, feature, "plain LoRA and Hydra");
        }

        string bias = read.Text("bias", "none");
        read.Refuse(bias != "none", "bias", "trained biases", "none");
        string start = read["init_lora_weights"] is Setting.Text text ? text.Value : "";
        read.Refuse(
            BaseChanging.Any(name => start.StartsWith(name, StringComparison.Ordinal)), "init_lora_weights", $"the initialisation {start}, which changes the base model", "true");
        bool hydra = read["lora_nums"] is not Setting.Absent;
        int rank = read.Whole("r", 1, int.MaxValue);
        double alpha = read.Positive("lora_alpha");
        double dropout = read.NonNegative("lora_dropout", 0);
        read.Require(dropout < 1, "lora_dropout", "less than 1", $"{dropout}");
        int experts = read.Whole("lora_nums", 1, MostExperts, 1);
        bool stabilized = read.Flag("use_rslora", false);
        string baseModel = read.Text("base_model_name_or_path", "");
        return from sound in read.Result(() => unit)
               from targets in ReadTargets($"{path}: target_modules", root)
               from layers in ReadLayers($"{path}: layers_to_transform", root)
               from ranks in ReadPattern(path, root, "rank_pattern", static key => key is Setting.Whole { Value: >= 1 and <= int.MaxValue } w ? Some((int)w.Value) : None)
               from alphas in ReadPattern(path, root, "alpha_pattern", static key => key switch
               {
                   Setting.Whole { Value: > 0 } w => Some((double)w.Value),
                   Setting.Real { Value: > 0 } r => Some(r.Value),
                   _ => None,
               })
               from counts in ReadPattern(path, root, "expert_pattern", static key => key is Setting.Whole { Value: >= 1 and <= MostExperts } w ? Some((int)w.Value) : None)
               select new AdapterConfig(
                   hydra ? AdapterKind.Hydra : AdapterKind.Lora, baseModel, rank, alpha, dropout, experts, stabilized, targets, layers, ranks, alphas, counts);
    }

    /// <summary>Whether a key holds more than null, false, or an empty list or object.</summary>
    private static bool IsSet(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    private static Either<FloeError, TargetModules> ReadTargets(string at, JsonElement root)
    {
        JsonElement value = root.TryGetProperty("target_modules", out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.String => JsonText.Text(at, value).Map(text =>
                text == "all-linear" ? new TargetModules.AllLinear() : (TargetModules)new TargetModules.Pattern(text)),
            JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray().Each(item => JsonText.Text(at, item))
                .Map(names => (TargetModules)new TargetModules.Names(toArray(names))),
            _ => new FloeError.BadData(at, "a list of modules or a regular expression", value.ValueKind == JsonValueKind.Undefined ? "no such key" : $"{value.ValueKind}", "Name the adapted modules."),
        };
    }

    private static Either<FloeError, Option<Arr<int>>> ReadLayers(string at, JsonElement root)
    {
        JsonElement value = root.TryGetProperty("layers_to_transform", out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => Option<Arr<int>>.None,
            JsonValueKind.Array => value.EnumerateArray().Each(item => ReadLayer(at, item)).Map(layers => Some(toArray(layers))),
            _ => ReadLayer(at, value).Map(layer => Some(Array(layer))),
        };
    }

    private static Either<FloeError, int> ReadLayer(string at, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int layer) && layer >= 0
            ? layer
            : new FloeError.BadData(at, "layers from 0", value.GetRawText() is { Length: <= 40 } raw ? raw : $"a long {value.ValueKind}", "Correct the list.");

    private static Either<FloeError, Arr<(string Pattern, T Value)>> ReadPattern<T>(
        string path, JsonElement root, string key, Func<Setting, Option<T>> decode) =>
        !IsSet(root, key)
            ? Arr<(string, T)>.Empty
            : from section in JsonText.Member(path, root, key, JsonValueKind.Object)
              from entries in section.EnumerateObject().Each(item =>
                  from name in JsonText.NameOf(path, item)
                  from value in decode(Setting.Of(section, name)).ToEither<FloeError>(() =>
                      new FloeError.BadData($"{path}: {key}", "numbers above 0", Setting.Of(section, name).Found, "Correct the pattern."))
                  select (name, value))
              select toArray(entries);
}
