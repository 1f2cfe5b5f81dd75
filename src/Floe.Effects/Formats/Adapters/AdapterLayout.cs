using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;

namespace Floe.Effects.Formats.Adapters;

/// <summary>The tensors that an adapter plan consists of, and the comparison of a file with them.</summary>
public static class AdapterLayout
{
    private const int ShownProblems = 12;
    private const string Remedy = "Check that configuration, tensors and base model belong together.";

    /// <summary>All tensors of a plan: A, then the B matrices, then Hydra's router, module by module.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model, for the widths.</param>
    public static IEnumerable<(string Name, Arr<long> Shape)> TensorsOf(AdapterPlan plan, DecoderConfig model) =>
        AllOf(plan, model).Select(t => (t.Name, new Arr<long>([t.Rows.Size, t.Columns.Size])));

    /// <summary>
    /// Compares a file's tensors with a plan. What is wrong with many of them for one reason is said once: layers that only one side has,
    /// and
    /// sizes that differ, with both numbers; every other missing, misshaped or unknown tensor is named.
    /// </summary>
    internal static Either<FloeError, Unit> Check(
        string at, AdapterPlan plan, DecoderConfig model, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        Planned[] planned = [.. AllOf(plan, model)];
        System.Collections.Generic.HashSet<int> stored = [.. tensors.Keys.Select(AdapterNames.LayerOf)];
        System.Collections.Generic.HashSet<string> known = planned.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        FloeError[] problems =
        [
            .. Layers(at, plan, model, stored),
            .. planned.Where(t => stored.Contains(t.Layer) && !tensors.ContainsKey(t.Name)).Take(ShownProblems)
                .Select(t => new FloeError.BadData(
                    $"{at}: {t.Name}", $"a tensor of shape [{t.Rows.Size}, {t.Columns.Size}]", "none of that name", Remedy)),
            .. Sizes(at, planned, tensors),
            .. tensors.Keys.Where(name => !known.Contains(name) && AdapterNames.LayerOf(name) < model.Layers)
                .Order(StringComparer.Ordinal).Take(ShownProblems)
                .Select(name => new FloeError.BadData($"{at}: {name}", "only tensors that the configuration explains", "this one", Remedy)),
        ];
        return Steps.AllOf([.. problems.Take(ShownProblems)]);
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
        from problem in stored.Shape.Count != 2
            ? [(tensor.Name, What: "number of dimensions", Expected: 2L, Found: (long)stored.Shape.Count)]
            : new[] { (tensor.Rows, Found: stored.Shape[0]), (tensor.Columns, Found: stored.Shape[1]) }
                .Where(side => side.Item1.Size != side.Found)
                .Select(side => (tensor.Name, side.Item1.What, Expected: side.Item1.Size, side.Found))
        group problem.Name by (problem.What, problem.Expected, problem.Found) into same
        select new FloeError.BadData(
            $"{at}: {same.First()}{(same.Count() > 1 ? $" and {same.Count() - 1} more" : "")}",
            $"{same.Key.What}, {same.Key.Expected}", $"{same.Key.Found}", Remedy);

    private static IEnumerable<Planned> AllOf(AdapterPlan plan, DecoderConfig model) =>
        from site in plan.Sites
        let size = (Out: site.Module.Output(model.Shape), In: site.Module.Input(model.Shape))
        from tensor in OfModule(plan.Kind, site.Layer, site.Module, plan.RankOf(site.Layer, site.Module), size)
        select tensor;

    private static IEnumerable<Planned> OfModule(AdapterKind kind, LayerAdapter layer, Projection module, int rank, (long Out, long In) size)
    {
        Side r = new("rank", rank), input = new(module.InputWords(), size.In), output = new(module.OutputWords(), size.Out);
        yield return new Planned(layer.Layer, AdapterNames.A(layer.Layer, module), r, input);
        if (kind == AdapterKind.Lora)
        {
            yield return new Planned(layer.Layer, AdapterNames.B(layer.Layer, module), output, r);
            yield break;
        }

        for (int expert = 0; expert < layer.Experts; expert++)
        {
            yield return new Planned(layer.Layer, AdapterNames.B(layer.Layer, module, expert), output, r);
        }

        yield return new Planned(layer.Layer, AdapterNames.Route(layer.Layer, module), new Side("number of experts", layer.Experts), input);
    }

    /// <summary>A side of a matrix: what it is, and its length.</summary>
    private readonly record struct Side(string What, long Size);

    private sealed record Planned(int Layer, string Name, Side Rows, Side Columns);
}
