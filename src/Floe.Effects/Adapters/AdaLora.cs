using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats;
using LanguageExt;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>AdaLoRA; see <see cref="AdapterKind.AdaLora"/>.</summary>
internal static class AdaLora
{
    /// <summary>PEFT's name of E.</summary>
    public const string PartE = "lora_E";

    private const double Deviation = 0.02;

    private static readonly string[] Keys =
    [
        "beta1", "beta2", "deltaT", "init_r", "layers_pattern", "layers_to_transform", "lora_alpha", "lora_dropout", "orth_reg_weight",
        "rank_pattern", "target_r", "tfinal", "tinit", "total_step",

        // What PEFT's AdaLoRA inherits and does not read, and records.
        "alpha_pattern", "bias", "corda_config", "eva_config", "init_lora_weights", "loftq_config", "lora_ga_config", "megatron_core",
        "qalora_group_size", "r", "runtime_config", "use_rslora",
    ];

    /// <summary>
    /// As PEFT stores it: what is left of A, B and E, and in <c>rank_pattern</c> how much of <c>init_r</c> that is. Training starts with E
    /// zero, A and B normal: the adapted model starts as the base model.
    /// </summary>
    public static AdapterForm Form(AdapterKind.AdaLora kind) => new(
        new("ADALORA", _ => ["lora_A", "lora_B", PartE], (config, plan) => Describe(kind, config, plan), Read)
        {
            Usual = Array(Projection.Query, Projection.Value),
            ListsLayers = true,
        },
        () => new(
            (place, generator) =>
            [
                Normal(place.Site.Rank, place.Site.Module.Input(place.Site.Shape), generator),
                Normal(place.Site.Module.Output(place.Site.Shape), place.Site.Rank, generator),
                zeros(place.Site.Rank, 1, ScalarType.Float32, CPU),
            ],
            (place, tensors) => new AdaLoraModule(
                place.Trainable(tensors[0]), place.Trainable(tensors[1]), place.Trainable(tensors[2]), place.Scale, place.Dropout))
        {
            Rule = (adapters, steps) => Rule(adapters, kind.Over(adapters.Plan, steps)),
        });

    private static AdaLoraRule Rule(AdapterSet adapters, AdapterKind.AdaLora kind)
    {
        int initial = adapters.Modules.Sum(pair => pair.Key.Rank);
        return new(
            adapters,
            new RankBudget(
                initial, Math.Min(initial, kind.TargetRank * adapters.Modules.Count), kind.FreeSteps, kind.FixedSteps, kind.Interval,
                kind.TotalSteps),
            new Sensitivity(kind.Beta1, kind.Beta2, kind.Orthogonality));
    }

    private static void Describe(AdapterKind.AdaLora kind, JsonObject config, AdapterPlan plan)
    {
        AdapterKind.AdaLora whole = kind.Over(plan, 1);
        config["beta1"] = kind.Beta1;
        config["beta2"] = kind.Beta2;
        config["bias"] = "none";
        config["deltaT"] = whole.Interval;
        config["init_lora_weights"] = true;
        config["init_r"] = whole.InitialRank;
        config["lora_alpha"] = LowRankKeys.Number(plan.Alpha);
        config["lora_dropout"] = plan.Dropout;
        config["orth_reg_weight"] = kind.Orthogonality;
        config["rank_pattern"] = Pattern(plan, whole.InitialRank);
        config["target_r"] = kind.TargetRank > 0 ? kind.TargetRank : whole.TargetRank;
        config["tfinal"] = kind.FixedSteps;
        config["tinit"] = kind.FreeSteps;
        config["total_step"] = kind.TotalSteps > 0 ? kind.TotalSteps : null;
    }

    private static Either<FloeError, AdapterConfig> Read(StoredConfig file, AdapterKind said)
    {
        Settings read = file.Read;
        string baseModel = file.BaseModel;
        string bias = read.Text("bias", "none");
        read.Refuse(bias is not ("none" or "all"), "bias", $"trained biases of the kind {bias}", "none, all");
        AdapterKind.AdaLora kind = new()
        {
            InitialRank = read.Whole("init_r", 1, int.MaxValue, 12),
            TargetRank = read.Whole("target_r", 1, int.MaxValue, 8),
            FreeSteps = read.Whole("tinit", 0, int.MaxValue, 0),
            FixedSteps = read.Whole("tfinal", 0, int.MaxValue, 0),
            Interval = read.Whole("deltaT", 1, int.MaxValue, 1),
            TotalSteps = read.Whole("total_step", 0, int.MaxValue, 0),
            Beta1 = read.NonNegative("beta1", 0.85),
            Beta2 = read.NonNegative("beta2", 0.85),
            Orthogonality = read.NonNegative("orth_reg_weight", 0.5),
        };
        double alpha = read.Positive("lora_alpha", 8);
        double dropout = read.NonNegative("lora_dropout", 0);
        read.Require(dropout < 1, "lora_dropout", "less than 1", $"{dropout}");
        return from sound in file.Only(Keys)
               from targets in file.Modules("target_modules")
               from excluded in file.Modules("exclude_modules")
               from layers in file.Layers("layers_to_transform")
               from pattern in file.Texts("layers_pattern")
               from whole in LowRankConfig.CheckLayers(file.Path, targets, layers, pattern)
               from kept in Kept(file, kind.InitialRank)
               select new AdapterConfig(
                   kind, baseModel, kind.InitialRank, alpha, dropout, 1, false, targets.IfNone(() => new TargetModules.Usual()), layers,
                   kept, Arr<(string, double)>.Empty, Arr<(string, int)>.Empty)
               {
                   Excluded = excluded,
                   LayersPattern = pattern,
                   TrainsBiases = bias != "none",
               };
    }

    /// <summary>How many numbers of each E are left, where the file says it.</summary>
    private static Either<FloeError, Arr<(string Pattern, int Value)>> Kept(StoredConfig file, int initial) =>
        !JsonText.Has(file.Root, "rank_pattern", out JsonElement found) || !AdapterKeys.IsSet(found)
            ? Arr<(string, int)>.Empty
            : from section in JsonText.Member(file.Path, file.Root, "rank_pattern", JsonValueKind.Object)
              from entries in JsonText.Members(section).Each(item =>
                  from name in JsonText.NameOf(file.Path, item)
                  from count in Count($"{file.Path}: rank_pattern: {(name.Length <= 120 ? name : name[..120])}", item.Value, initial)
                  select (Regex.Escape(ModulePaths.OfTensor(name, PartE)), count))
              select toArray(entries);

    private static Either<FloeError, int> Count(string at, JsonElement kept, int initial) =>
        kept.ValueKind == JsonValueKind.Array
        && kept.GetArrayLength() == initial
        && kept.EnumerateArray().All(one => one.ValueKind is JsonValueKind.True or JsonValueKind.False)
            ? kept.EnumerateArray().Count(one => one.ValueKind == JsonValueKind.True)
            : new FloeError.BadData(
                at, $"a list of {initial} truth values, as init_r says",
                kept.ValueKind == JsonValueKind.Array ? $"a list of {kept.GetArrayLength()}" : $"{kept.ValueKind}", "Correct the pattern.");

    private static Tensor Normal(long rows, long columns, Generator generator) =>
        empty(rows, columns, ScalarType.Float32, CPU).normal_(0, Deviation, generator);

    // Which of the r₀ were left says nothing of what is computed, only how many: the first ones stand for them.
    private static JsonObject? Pattern(AdapterPlan plan, int initial) =>
        plan.Sites.All(site => plan.RankOf(site.Layer, site.Module) == initial)
            ? null
            : new(plan.Sites.Select(site => KeyValuePair.Create(
                $"{DecoderLayout.PathOf(site.Layer.Layer, site.Module)}.{PartE}",
                (JsonNode?)new JsonArray([.. Enumerable.Range(0, initial)
                    .Select(i => (JsonNode?)(i < plan.RankOf(site.Layer, site.Module)))]))));
}

/// <summary>y + s B (E ⊙ A x).</summary>
/// <param name="a">[r, in].</param>
/// <param name="b">[out, r].</param>
/// <param name="e">[r, 1].</param>
/// <param name="scale">s.</param>
/// <param name="dropout">On the input of A.</param>
internal sealed class AdaLoraModule(Parameter a, Parameter b, Parameter e, double scale, double dropout) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [a, b, e];

    /// <summary>r.</summary>
    public long Rank => e.size(0);

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training) => Rank == 0
        ? y
        : y.addmm(nn.functional.linear(Dropped(x, dropout, training), a.mul(e)), b.t(), alpha: (float)scale);

    /// <inheritdoc/>
    internal override (Tensor A, Tensor B)? Factors => (a.mul(e), b);

    /// <summary>W + s B (E ⊙ A).</summary>
    /// <param name="weight">W.</param>
    internal override Tensor Merged(Tensor weight) => Rank == 0 ? weight : weight.addmm(b, a.mul(e), alpha: (float)scale);

    /// <summary>The module of some of its triplets.</summary>
    /// <param name="kept">Their places, int64.</param>
    internal AdaLoraModule Of(Tensor kept) =>
        new(Part(a, 0, kept), Part(b, 1, kept), Part(e, 0, kept), scale, dropout);

    private static Parameter Part(Parameter whole, long side, Tensor kept)
    {
        Parameter part = new(whole.index_select(side, kept));
        part.DetachFromDisposeScope();
        return part;
    }
}
