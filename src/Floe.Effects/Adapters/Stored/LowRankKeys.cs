using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>The configuration keys that kinds with a rank share.</summary>
internal static class LowRankKeys
{
    /// <summary>r, α and dropout, and the ranks of modules that have another.</summary>
    public static void Of(JsonObject config, AdapterPlan plan)
    {
        int rank = Common(plan.Layers.Map(layer => layer.Rank));
        config["bias"] = "none";
        config["lora_alpha"] = Number(plan.Alpha);
        config["lora_dropout"] = plan.Dropout;
        config["r"] = rank;
        config["rank_pattern"] = Pattern(plan, (layer, module) => plan.RankOf(layer, module) == rank ? null : plan.RankOf(layer, module));
    }

    /// <summary>What PEFT's LoRA has besides: its variants, and the α of modules that have another.</summary>
    public static void OfPeft(JsonObject config, AdapterPlan plan, bool dora)
    {
        Of(config, plan);
        config["alpha_pattern"] = Pattern(
            plan, (layer, module) => AlphaOf(plan, layer, module) is var alpha && alpha == plan.Alpha ? null : Number(alpha));
        config["init_lora_weights"] = true;
        config["use_dora"] = dora;
        config["use_rslora"] = plan.RankStabilized;
    }

    /// <summary>The number of experts, and of layers that have another; <c>expert_pattern</c> is Floe's own key.</summary>
    public static void OfExperts(JsonObject config, AdapterPlan plan)
    {
        Of(config, plan);
        int experts = Common(plan.Layers.Map(layer => layer.Experts));
        config["lora_nums"] = experts;
        config["merge_weights"] = false;
        if (plan.Layers.Exists(layer => layer.Experts != experts))
        {
            config["expert_pattern"] = Pattern(plan, (layer, _) => layer.Experts == experts ? null : layer.Experts);
        }
    }

    /// <summary>An entry a module whose value is not null, by the module's whole path as a pattern.</summary>
    private static JsonObject Pattern(AdapterPlan plan, Func<LayerAdapter, Projection, JsonNode?> value) => new(
        from site in plan.Sites
        let found = value(site.Layer, site.Module)
        where found is not null
        select KeyValuePair.Create(Regex.Escape(DecoderLayout.PathOf(site.Layer.Layer, site.Module)), (JsonNode?)found));

    private static double AlphaOf(AdapterPlan plan, LayerAdapter layer, Projection module) =>
        plan.Overrides.Find(o => o.Layer == layer.Layer && o.Module == module).Match(Some: o => o.Alpha, None: () => plan.Alpha);

    private static int Common(Arr<int> values) => values.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;

    /// <summary>Whole numbers without a decimal point, as PEFT writes them.</summary>
    internal static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? (long)value : value;
}
