using System.Globalization;
using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>What can be wrong with a plan whatever the decoder; see <see cref="AdapterPlan.Checked"/>.</summary>
internal static class PlanFaults
{
    /// <summary>The first fault; null for a sound plan.</summary>
    public static FloeError.Usage? Of(AdapterPlan plan) =>
        OfKind(plan.Kind) ?? OfModules(plan.Modules) ?? OfLayers(plan.Layers) ?? OfSizes(plan) ?? OfOverrides(plan) ?? OfNumbers(plan);

    private static FloeError.Usage? OfKind(AdapterKind kind) =>
        Enum.IsDefined(kind) ? null : new("kind", "a kind of adapter", $"{(int)kind}", "Take lora or hydra.");

    private static FloeError.Usage? OfModules(Arr<Projection> modules) => modules.IsEmpty
        ? new("modules", $"at least one of {Projections.Words}", "none", "Name linear layers of the decoder.")
        : modules.Where(module => !Enum.IsDefined(module))
            .Select(other => new FloeError.Usage("modules", Projections.Words, other.Name(), "Name linear layers of the decoder."))
            .FirstOrDefault() ?? Twice("modules", modules.Select(module => module.Name()), "Name each module once.");

    private static FloeError.Usage? OfLayers(Arr<LayerAdapter> layers) => layers.IsEmpty
        ? new("layers", "at least one layer to train", "none", "Choose at least one layer.")
        : Twice("layers", layers.Select(layer => layer.Layer), "Name each adapted layer once.");

    private static FloeError.Usage? Twice<T>(string where, IEnumerable<T> names, string remedy) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => new FloeError.Usage(where, "each at most once", $"{group.Key} twice", remedy))
            .FirstOrDefault();

    private static FloeError.Usage? OfSizes(AdapterPlan plan) => plan.Layers
        .Where(layer => layer.Layer < 0 || layer.Rank < 1 || layer.Experts < 1 || (plan.Kind == AdapterKind.Lora && layer.Experts != 1))
        .Select(layer => new FloeError.Usage(
            $"layer {layer.Layer}",
            "a layer from 0, a rank and a number of experts of at least 1 (LoRA: one expert)",
            $"rank {layer.Rank}, {layer.Experts} experts",
            "Correct the plan."))
        .FirstOrDefault();

    private static FloeError.Usage? OfOverrides(AdapterPlan plan) => plan.Overrides
        .Where(one => one.Rank < 1 || !IsPositive(one.Alpha) || !plan.Modules.AsEnumerable().Contains(one.Module) || !plan.Layers.Exists(layer => layer.Layer == one.Layer))
        .Select(one => new FloeError.Usage(
            $"layer {one.Layer}, {one.Module.Name()}",
            "an adapted module with a rank of at least 1 and an alpha above 0",
            string.Create(CultureInfo.InvariantCulture, $"rank {one.Rank}, alpha {one.Alpha}"),
            "Correct the plan."))
        .FirstOrDefault();

    private static FloeError.Usage? OfNumbers(AdapterPlan plan) => IsPositive(plan.Alpha) && plan.Dropout >= 0.0 && plan.Dropout < 1.0
        ? null
        : new(
            "alpha, dropout",
            "alpha above 0 and dropout in [0, 1)",
            string.Create(CultureInfo.InvariantCulture, $"{plan.Alpha}, {plan.Dropout}"),
            "Correct the plan.");

    private static bool IsPositive(double value) => value > 0.0 && double.IsFinite(value);
}
