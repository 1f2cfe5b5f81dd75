using System.Globalization;
using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>What can be wrong with a plan whatever the decoder; see <see cref="AdapterPlan.Checked"/>.</summary>
internal static class PlanFaults
{
    /// <summary>The first fault; null for a sound plan.</summary>
    public static FloeError.Usage? Of(AdapterPlan plan) =>
        OfModules(plan.Modules) ?? OfLayers(plan.Layers) ?? OfSizes(plan) ?? OfOverrides(plan) ?? OfOmitted(plan) ?? OfNumbers(plan)
            ?? OfKind(plan) ?? OfFixedModules(plan) ?? OfFixedLayers(plan) ?? OfKindNumbers(plan.Kind) ?? plan.Kind.Fault(plan);

    /// <summary>Far more than any router is trained with; a claim of more is no plan.</summary>
    private const int MostExperts = 1 << 16;

    private static FloeError.Usage? OfModules(Arr<Projection> modules) => modules.IsEmpty
        ? new("modules", $"at least one of {Projections.Words}", "none", "Name linear layers of the decoder.")
        : modules.Where(module => !Enum.IsDefined(module))
            .Select(other => new FloeError.Usage("modules", Projections.Words, other.Name(), "Name linear layers of the decoder."))
            .FirstOrDefault() ?? Twice("modules", modules.Select(module => module.Name()), "Name each module once.");

    private static FloeError.Usage? OfLayers(Arr<LayerAdapter> layers) => layers.IsEmpty
        ? new("layers", "at least one layer to train", "none", "Choose at least one layer.")
        : Twice("layers", layers.Select(layer => layer.Layer), "Name each adapted layer once.");

    private static FloeError.Usage? Twice<T>(string where, IEnumerable<T> names, string remedy) =>
        names.GroupBy(name => name)
            .Where(group => group.Count() > 1)
            .Select(group => new FloeError.Usage(where, "each at most once", $"{group.Key} twice", remedy))
            .FirstOrDefault();

    private static FloeError.Usage? OfSizes(AdapterPlan plan) => plan.Layers
        .Where(layer => layer.Layer < 0 || layer.Rank < 1 || layer.Experts < 1 || layer.Experts > (plan.Kind.HasExperts ? MostExperts : 1))
        .Select(layer => new FloeError.Usage(
            $"layer {layer.Layer}",
            $"a layer from 0, a rank of at least 1 and "
                + $"{(plan.Kind.HasExperts ? $"1 to {MostExperts} experts" : $"one expert, as {plan.Kind.Title} has no more")}",
            $"rank {layer.Rank}, {layer.Experts} experts",
            "Correct the plan."))
        .FirstOrDefault();

    private static FloeError.Usage? OfOverrides(AdapterPlan plan) => plan.Overrides
        .Where(one => one.Rank < plan.Kind.LeastRank
            || !IsPositive(one.Alpha)
            || !plan.Modules.AsEnumerable().Contains(one.Module)
            || !plan.Layers.Exists(layer => layer.Layer == one.Layer))
        .Select(one => new FloeError.Usage(
            $"layer {one.Layer}, {one.Module.Name()}",
            $"an adapted module with a rank of at least {plan.Kind.LeastRank} and an alpha above 0",
            string.Create(CultureInfo.InvariantCulture, $"rank {one.Rank}, alpha {one.Alpha}"),
            "Correct the plan."))
        .FirstOrDefault() ?? Twice("overrides", plan.Overrides.Select(one => (one.Layer, one.Module)), "Override each module once.");

    private static FloeError.Usage? OfOmitted(AdapterPlan plan) => plan.Layers
        .Where(layer => plan.Sites.All(site => site.Layer.Layer != layer.Layer))
        .Select(layer => new FloeError.Usage($"layer {layer.Layer}", "a module to adapt", "all are omitted", "Leave the layer out."))
        .FirstOrDefault() ?? plan.Omitted
        .Where(one => !plan.Modules.AsEnumerable().Contains(one.Module) || !plan.Layers.Exists(layer => layer.Layer == one.Layer))
        .Select(one => new FloeError.Usage(
            $"layer {one.Layer}, {one.Module.Name()}", "a module that other layers adapt", "one that is not adapted", "Correct the plan."))
        .FirstOrDefault();

    private static FloeError.Usage? OfNumbers(AdapterPlan plan) => IsPositive(plan.Alpha) && plan.Dropout >= 0.0 && plan.Dropout < 1.0
        ? null
        : new(
            "alpha, dropout",
            "alpha above 0 and dropout in [0, 1)",
            string.Create(CultureInfo.InvariantCulture, $"{plan.Alpha}, {plan.Dropout}"),
            "Correct the plan.");

    // A number that the kind does not have would say something that nothing heeds, and two equal adapters would differ by it.
    private static FloeError.Usage? OfKind(AdapterPlan plan) =>
        plan.Kind.HasRank
            || (plan is { Alpha: 1.0, Dropout: 0.0, RankStabilized: false, Overrides.IsEmpty: true }
                && plan.Layers.ForAll(layer => layer.Rank == 1))
            ? null
            : new("rank, alpha, dropout", $"rank 1, alpha 1 and no dropout, as {plan.Kind.Title} has none of them",
                string.Create(
                    CultureInfo.InvariantCulture, $"rank {plan.Layers[0].Rank}, alpha {plan.Alpha}, dropout {plan.Dropout}"),
                        "Correct the plan.");

    private static FloeError.Usage? OfFixedModules(AdapterPlan plan) =>
        plan.Kind.ChoosesModules || (plan.Omitted.IsEmpty && plan.Modules.Order().SequenceEqual(plan.Kind.UsualModules))
            ? null
            : new("modules", $"{Words(plan.Kind.UsualModules)}, as {plan.Kind.Title} always sits on them", Words(plan.Modules),
                "Leave the modules out.");

    private static FloeError.Usage? OfFixedLayers(AdapterPlan plan) => plan.Kind.ChoosesLayers || plan.Layers is [{ Layer: 0 }]
        ? null
        : new("layers", $"layer 0 alone, as {plan.Kind.Title} stands before the first layer",
            string.Join(", ", plan.Layers.Map(layer => layer.Layer)), "Choose another kind for chosen layers.");

    private static string Words(Arr<Projection> modules) => string.Join(", ", modules.Map(module => module.Name()));

    private static FloeError.Usage? OfKindNumbers(AdapterKind kind) => kind.Numbers
        .Where(number => !number.Allows(number.Of(kind)))
        .Select(number => new FloeError.Usage(
            number.Name,
            string.Create(CultureInfo.InvariantCulture, $"a {(number.Whole ? "whole " : "")}number from {number.Least} to {number.Most}"),
            number.Of(kind).ToString(CultureInfo.InvariantCulture),
            "Correct the plan."))
        .FirstOrDefault();

    private static bool IsPositive(double value) => value > 0.0 && double.IsFinite(value);
}
