using System.Text.RegularExpressions;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>The tensors that an adapter plan consists of, and the comparison of a file with them.</summary>
internal static class AdapterLayout
{
    private const int ShownProblems = 12;

    // base_model.model.model.layers.N.BLOCK.MODULE
    private const int PathParts = 7;
    private const string Remedy = "Check that configuration, tensors and base model belong together.";

    /// <summary>All tensors of a plan, module by module, in the order of <see cref="AdapterKind.TensorsOn"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model, for the widths.</param>
    internal static IEnumerable<(string Name, Arr<long> Shape)> TensorsOf(AdapterPlan plan, DecoderConfig model) =>
        AllOf(plan, model.Shape).Select(t => (t.Name, t.Shape.Map(side => side.Length)));

    /// <summary>The names of the tensors on one linear layer, in the order of <see cref="AdapterKind.TensorsOn"/>.</summary>
    internal static IEnumerable<string> NamesOn(AdapterKind kind, AdapterSite site) =>
        AdapterForms.Stored(kind).Parts(site.Experts).Select(part => AdapterNames.Of(site.Layer, site.Module, part));

    /// <summary>
    /// Compares a file's tensors with a plan. What is wrong with many of them for one reason is said once: layers that only one side has,
    /// and sizes that differ, with both numbers; every other missing, misshaped or unknown tensor is named.
    /// </summary>
    internal static Either<FloeError, Unit> Check(
        string at, AdapterPlan plan, DecoderConfig model, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        Planned[] planned = [.. AllOf(plan, model.Shape)];
        System.Collections.Generic.HashSet<int> stored = [.. tensors.Keys.Select(AdapterNames.LayerOf)];
        System.Collections.Generic.HashSet<string> known = planned.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        FloeError[] problems =
        [
            .. Layers(at, plan, model, stored),
            .. planned.Where(t => stored.Contains(t.Layer) && !tensors.ContainsKey(t.Name)).Take(ShownProblems)
                .Select(t => new FloeError.BadData(
                    $"{at}: {t.Name}", $"a tensor of shape [{string.Join(", ", t.Shape.Select(side => side.Length))}]", "none of that name",
                        Remedy)),
            .. Sizes(at, planned, tensors),
            .. tensors.Keys.Where(name => !known.Contains(name) && AdapterNames.LayerOf(name) < model.Layers)
                .Order(StringComparer.Ordinal).Take(ShownProblems)
                .Select(name => new FloeError.BadData(
                    $"{at}: {name}", $"only tensors that the configuration explains, which is of {plan.Kind.Title}",
                        Owners(plan.Kind, name), Remedy)),
        ];
        return Steps.AllOf([.. problems.Take(ShownProblems)]);
    }

    /// <summary>A tensor as one of the kinds that have such a one, where the plan's has not.</summary>
    private static string Owners(AdapterKind planned, string name)
    {
        string part = Regex.Replace(string.Join('.', name.Split('.').Skip(PathParts)), "(?<=lora_[AB])[0-9]+", "0");
        string[] owners = [.. AdapterKind.All.Filter(kind => AdapterForms.Stored(kind).Parts(1).Contains(part)).Map(kind => kind.Title)];
        return owners.Contains(planned.Title) || owners.Length == 0 ? "this one" : $"one of {string.Join(" or ", owners)}";
    }

    /// <summary>Layers beyond the base model's, and layers of the plan that have no tensor at all.</summary>
    private static IEnumerable<FloeError> Layers(
        string at, AdapterPlan plan, DecoderConfig model, System.Collections.Generic.HashSet<int> stored)
    {
        int last = stored.Count == 0 ? -1 : stored.Max();
        int[] missing = [.. plan.Layers.Map(layer => layer.Layer).Where(layer => !stored.Contains(layer))];
        if (last >= model.Layers)
        {
            yield return new FloeError.BadData(
                at, $"tensors of layers 0 to {model.Layers - 1}, as the base model has {model.Layers} layers", $"layer {last}",
                "Check that the adapter belongs to this model.");
        }

        if (missing.Length > 0)
        {
            yield return new FloeError.BadData(
                at, $"tensors of {plan.Layers.Count} of the base model's {model.Layers} layers",
                $"{stored.Count}: none of {(missing.Length == 1 ? "layer" : "layers")} "
                    + string.Join(", ", missing.Take(ShownProblems)) + (missing.Length > ShownProblems ? ", …" : ""), Remedy);
        }
    }

    /// <summary>One problem for each size that tensors have otherwise than planned.</summary>
    private static IEnumerable<FloeError> Sizes(
        string at, IEnumerable<Planned> planned, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        from tensor in planned
        let stored = tensors.GetValueOrDefault(tensor.Name)
        where stored is not null
        from problem in stored.Shape.Count != tensor.Shape.Count
            ? [(tensor.Name, What: "number of dimensions", Expected: (long)tensor.Shape.Count, Found: (long)stored.Shape.Count)]
            : tensor.Shape.Zip(stored.Shape, (side, found) => (tensor.Name, side.What, Expected: side.Length, Found: found))
                .Where(side => side.Expected != side.Found)
        group problem.Name by (problem.What, problem.Expected, problem.Found) into same
        select new FloeError.BadData(
            $"{at}: {same.First()}{(same.Count() > 1 ? $" and {same.Count() - 1} more" : "")}",
            $"{same.Key.What}, {same.Key.Expected}", $"{same.Key.Found}", Remedy);

    private static IEnumerable<Planned> AllOf(AdapterPlan plan, ModelShape shape) =>
        from site in plan.SitesOn(shape)
        from tensor in NamesOn(plan.Kind, site).Zip(plan.Kind.TensorsOn(site), (name, tensor) => (Name: name, tensor.Shape))
        select new Planned(site.Layer, tensor.Name, tensor.Shape);

    private sealed record Planned(int Layer, string Name, Arr<AdapterSide> Shape);
}
