using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>Reads the configuration of LoRA and of the kinds that PEFT or their own repository keep under <c>LORA</c> too.</summary>
internal static class LowRankConfig
{
    private const int MostExperts = 1 << 16;
    private const int UsualSize = 8;

    // Behind the first line: records, options of an initialisation (which init_lora_weights chooses), weights of a loss, and the tying of
    // trained embeddings, which are refused anyway. They change nothing in what a finished adapter computes.
    private static readonly string[] Keys =
    [
        "alpha_pattern", "bias", "expert_pattern", "init_lora_weights", "layers_pattern", "layers_to_transform", "lora_alpha",
        "lora_dropout", "lora_nums", "r", "rank_pattern", "use_dora", "use_rslora",
        "blc_alpha", "blc_weight", "corda_config", "ensure_weight_tying", "eva_config", "loftq_config", "lora_ga_config", "megatron_core",
        "merge_weights", "qalora_group_size", "runtime_config",
    ];

    /// <summary>Whether the file asks for DoRA.</summary>
    public static bool IsDora(Settings read) => read["use_dora"] is Setting.Flag { Value: true };

    /// <summary>Whether the file names a number of experts.</summary>
    public static bool HasExperts(Settings read) => read["lora_nums"] is not Setting.Absent;

    /// <summary>What the file says of an adapter of one of these kinds.</summary>
    public static Either<FloeError, AdapterConfig> Read(StoredConfig file, AdapterKind kind)
    {
        Settings read = file.Read;
        bool experts = HasExperts(read);
        read.Refuse(experts && read.Flag("use_dora", false), "use_dora", "DoRA with several experts", "one of use_dora and lora_nums");
        string bias = read.Text("bias", "none");
        read.Refuse(bias is not ("none" or "all" or "lora_only"), "bias", $"trained biases of the kind {bias}", "none, all, lora_only");
        read.Refuse(experts && read.Flag("fan_in_fan_out", false), "fan_in_fan_out", "transposed weights", "false");
        RefuseInitialisation(read);
        int rank = read.Whole("r", 1, int.MaxValue, UsualSize);
        double alpha = read.Positive("lora_alpha", experts ? null : UsualSize);
        double dropout = read.NonNegative("lora_dropout", 0);
        read.Require(dropout < 1, "lora_dropout", "less than 1", $"{dropout}");
        int count = read.Whole("lora_nums", 1, MostExperts, 1);
        bool stabilized = read.Flag("use_rslora", false);
        string baseModel = file.BaseModel;
        return from sound in file.Only(Keys)
               from targets in file.Modules("target_modules")
               from excluded in file.Modules("exclude_modules")
               from layers in file.Layers("layers_to_transform")
               from pattern in file.Texts("layers_pattern")
               from whole in CheckLayers(file.Path, targets, layers, pattern)
               from ranks in file.Pattern("rank_pattern", static value => CountIn(value, int.MaxValue))
               from alphas in file.Pattern("alpha_pattern", static value => value switch
               {
                   Setting.Whole { Value: > 0 } w => Some((double)w.Value),
                   Setting.Real { Value: > 0 } r => Some(r.Value),
                   _ => None,
               })
               from counts in file.Pattern("expert_pattern", static value => CountIn(value, MostExperts))
               select new AdapterConfig(
                   kind, baseModel, rank, alpha, dropout, count, stabilized, targets.IfNone(() => new TargetModules.Usual()), layers, ranks,
                   alphas, counts)
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
    /// model's. The others only choose where training starts.
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
    /// A list of layers goes with names of modules, not with a text that says the layers itself; names of the list go with a list.
    /// </summary>
    internal static Either<FloeError, Unit> CheckLayers(
        string path, Option<TargetModules> targets, Option<Arr<int>> layers, Arr<string> pattern) =>
        targets.Exists(t => t is TargetModules.Pattern or TargetModules.AllLinear) && (layers.IsSome || pattern.Count > 0)
            ? new FloeError.BadData($"{path}: {(layers.IsSome ? "layers_to_transform" : "layers_pattern")}",
                "no choice of layers beside target_modules as one text", "both",
                "List the modules by name, or say the layers in the regular expression.")
        : pattern.Count > 0 && layers.IsNone
            ? new FloeError.BadData(
                $"{path}: layers_pattern", "layers_to_transform beside it", "none", "List the layers, or remove layers_pattern.")
        : unit;
}
