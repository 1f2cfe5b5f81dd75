using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>Laws of what a selection may not depend on.</summary>
internal static class SymmetryLaws
{
    /// <summary>Layers in another order, the same units kept.</summary>
    public static SelectionLaw Layers { get; } = new(
        LawNames.LayerOrder,
        "Where no two units tie, layers in another order keep the same units.",
        (subject, c) => c.Table.Shape.Layers < 2 || Ties(c.Table)
            ? new Verdict.Silent()
            : Renamed(subject, c, "layers", u => u with { Layer = c.Table.Shape.Layers - 1 - u.Layer }));

    /// <summary>Units of a component in another order, the same units kept.</summary>
    public static SelectionLaw Units { get; } = new(
        LawNames.UnitOrder,
        "Where no two units tie, heads and neurons in another order within their layer keep the same units.",
        (subject, c) => c.Table.Shape is { Heads: < 2, Neurons: < 2 } || Ties(c.Table)
            ? new Verdict.Silent()
            : Renamed(subject, c, "units", u =>
            u with { Index = (u.Component == Component.Head ? c.Table.Shape.Heads : c.Table.Shape.Neurons) - 1 - u.Index }));

    /// <summary>τ times a constant.</summary>
    public static SelectionLaw FisherScale { get; } = new(
        LawNames.FisherScale,
        "Fisher scores in another unit of measure, all multiplied by one power of two, give the same masks.",
        (subject, c) => Same(subject, c, c.Scaled(1024, 1), "with τ × 1024"));

    /// <summary>t times a constant, ρ the same.</summary>
    public static SelectionLaw TaylorScale { get; } = new(
        LawNames.TaylorScale,
        "Taylor scores in another unit of measure, all multiplied by one power of two, give the same masks for the same share.",
        (subject, c) => Same(subject, c, c.Scaled(1, 1 / 64.0), "with t / 64"));

    /// <summary>ρ and C = ρ Σ t are the same budget.</summary>
    public static SelectionLaw ShareOrCost { get; } = new(
        LawNames.ShareOrCost,
        "A share ρ and the cost C = ρ · Σ t are the same budget.",
        (subject, c) => subject.With(c, masks => subject.Ask(c, new Budget.Cost(c.Cost)).Match(
            Right: other => Verdict.Of(masks.Equals(other), () => $"{Differ(masks, other)} when C is given in place of ρ"),
            Left: _ => new Verdict.Silent())));

    /// <summary>Equal τ and t in one component of a layer: the earlier first.</summary>
    public static SelectionLaw TieOrder { get; } = new(
        LawNames.TieOrder,
        "Of two units of one layer and component with the same τ and the same t, the earlier is kept first.",
        (subject, c) => subject.With(c, masks => FirstOutOfOrder(c.Table, masks) switch
        {
            { } pair =>
                new Verdict.Broken($"{Name(c.Table, pair.Later)} is kept, {Name(c.Table, pair.Earlier)} with the same scores is not"),
            null => new Verdict.Held(),
        }));

    /// <summary>The same table twice.</summary>
    public static SelectionLaw SameAnswer { get; } = new(
        LawNames.SameAnswer,
        "The same scores and budget always give the same masks, also where units tie.",
        (subject, c) => Same(subject, c, c.Scaled(1, 1), "when the same question is asked again"));

    private static Verdict Renamed(Subject subject, LawCase c, string what, Func<UnitId, UnitId> origin)
    {
        ModelShape shape = c.Table.Shape;
        int[] from = [.. Enumerable.Range(0, shape.Units).Select(u => shape.IndexOf(origin(shape.UnitAt(u))))];
        return c.Reordered(from).Match(
            Right: other => subject.WithBoth(c, other, (masks, renamed) =>
            {
                BinaryMasks expected = BinaryMasks.Own(shape, [.. from.Select(u => masks.Kept[u])]);
                return Verdict.Of(expected.Equals(renamed), () => $"{Differ(expected, renamed)} when the {what} are in reverse order");
            }),
            Left: _ => new Verdict.Silent());
    }

    private static Verdict Same(Subject subject, LawCase c, Either<FloeError, LawCase> other, string when) => other.Match(
        Right: again => subject.WithBoth(c, again, (one, two) => Verdict.Of(one.Equals(two), () => $"{Differ(one, two)} {when}")),
        Left: _ => new Verdict.Silent());

    private static string Differ(BinaryMasks one, BinaryMasks other)
    {
        int count = 0;
        for (int unit = 0; unit < one.Kept.Length; unit++)
        {
            count += one.Kept[unit] != other.Kept[unit] ? 1 : 0;
        }

        return $"{count} of {one.Kept.Length} masks differ";
    }

    private static (int Earlier, int Later)? FirstOutOfOrder(ScoreTable table, BinaryMasks masks)
    {
        Dictionary<(int Layer, Component Component, double Fisher, double Taylor), int> masked = [];
        for (int unit = 0; unit < masks.Kept.Length; unit++)
        {
            UnitId id = table.Shape.UnitAt(unit);
            (int, Component, double, double) key = (id.Layer, id.Component, table.Fisher[unit], table.Taylor[unit]);
            if (!masks.Kept[unit])
            {
                masked.TryAdd(key, unit);
            }
            else if (masked.TryGetValue(key, out int earlier))
            {
                return (earlier, unit);
            }
        }

        return null;
    }

    private static string Name(ScoreTable table, int unit)
    {
        UnitId id = table.Shape.UnitAt(unit);
        return $"{(id.Component == Component.Head ? "head" : "neuron")} {id.Index} of layer {id.Layer}";
    }

    private static bool Ties(ScoreTable table)
    {
        System.Collections.Generic.HashSet<double> fisher = [];
        System.Collections.Generic.HashSet<double> density = [];
        for (int unit = 0; unit < table.Fisher.Length; unit++)
        {
            if (!fisher.Add(table.Fisher[unit]) || !density.Add(table.Fisher[unit] / table.Taylor[unit]))
            {
                return true;
            }
        }

        return false;
    }
}
