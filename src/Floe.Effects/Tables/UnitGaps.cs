using Floe.Domain;
using Floe.Domain.Scores;

namespace Floe.Effects.Tables;

/// <summary>Names the first unit that a table has twice, lacks, or should not have.</summary>
internal static class UnitGaps
{
    /// <summary>The error of keys that are known to be wrong.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="shape">The shape they should fill.</param>
    /// <returns>The error, with row and column.</returns>
    public static FloeError Find(UnitKeys.Keys keys, ModelShape shape)
    {
        (int Layer, bool IsNeuron, int Index, int Row)[] sorted = new (int, bool, int, int)[keys.Count];
        for (int row = 0; row < sorted.Length; row++)
        {
            if (Outside(keys, shape, row) is { } outside)
            {
                return outside;
            }

            sorted[row] = (keys.Layers[row], !keys.IsHead[row], keys.Indices[row], row);
        }

        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (keys.At(sorted[i].Row) == keys.At(sorted[i - 1].Row))
            {
                return new FloeError.BadData(
                    Numbers.Row(keys.Path, "index", sorted[i].Row),
                    "one row a unit",
                    $"{Name(keys.At(sorted[i].Row))} again, first in row {sorted[i - 1].Row}",
                    "Remove the duplicate.");
            }
        }

        return Hole(keys, shape, sorted);
    }

    // Walks the units in table order beside the sorted rows; the first that differs has no row.
    private static FloeError.BadData Hole(UnitKeys.Keys keys, ModelShape shape, (int Layer, bool IsNeuron, int Index, int Row)[] sorted)
    {
        UnitId expected = new(0, shape.Heads > 0 ? Component.Head : Component.Neuron, 0);
        int previous = -1;
        foreach ((int _, bool _, int _, int row) in sorted)
        {
            if (keys.At(row) != expected)
            {
                break;
            }

            previous = row;
            expected = Next(expected, shape);
        }

        string after = previous < 0 ? "" : $" after that of {Name(keys.At(previous))} in row {previous}";
        return new FloeError.BadData(
            previous < 0 ? $"{keys.Path}, columns `layer`, `component`, `index`" : Numbers.Row(keys.Path, "index", previous),
            $"a row for {Name(expected)}{after}, since every layer has {shape.Heads} heads and {shape.Neurons} neurons",
            "none",
            "Give every head and neuron of every layer one row.");
    }

    private static UnitId Next(UnitId unit, ModelShape shape) => unit switch
    {
        { Component: Component.Head } when unit.Index + 1 < shape.Heads => unit with { Index = unit.Index + 1 },
        { Component: Component.Head } when shape.Neurons > 0 => unit with { Component = Component.Neuron, Index = 0 },
        { Component: Component.Neuron } when unit.Index + 1 < shape.Neurons => unit with { Index = unit.Index + 1 },
        _ => new UnitId(unit.Layer + 1, shape.Heads > 0 ? Component.Head : Component.Neuron, 0),
    };

    private static FloeError.BadData? Outside(UnitKeys.Keys keys, ModelShape shape, int row)
    {
        UnitId unit = keys.At(row);
        int most = unit.Component == Component.Head ? shape.Heads : shape.Neurons;
        return unit.Layer >= shape.Layers
            ? Beyond("layer", shape.Layers, unit.Layer)
            : unit.Index >= most
            ? Beyond("index", most, unit.Index)
            : null;

        FloeError.BadData Beyond(string column, int count, int found) =>
            new(Numbers.Row(keys.Path, column, row), $"a number from 0 to {count - 1}, as floe.shape says", $"{found}",
                "Correct the row, or remove floe.shape.");
    }

    private static string Name(UnitId unit) =>
        $"layer {unit.Layer}, {(unit.Component == Component.Head ? UnitKeys.Head : UnitKeys.Neuron)} {unit.Index}";
}
