using System.Globalization;

namespace Floe.Domain.Scores;

/// <summary>Checks that every score column passes before it becomes an immutable value.</summary>
internal static class Columns
{
    /// <summary>The first row that is NaN, infinite or negative, or null.</summary>
    public static int? FirstBad(ReadOnlySpan<double> values)
    {
        for (int row = 0; row < values.Length; row++)
        {
            if (!(values[row] >= 0) || double.IsPositiveInfinity(values[row]))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>The error of a score outside [0, ∞).</summary>
    public static FloeError BadScore(string column, int row, double found) => new FloeError.BadData(
        $"column {column}, row {row}",
        "a finite score of at least 0",
        found.ToString("R", CultureInfo.InvariantCulture),
        "Collect the scores again, or remove the damaged shard.");

    /// <summary>The error of a column whose length is not the number of units.</summary>
    public static FloeError BadLength(string column, ModelShape shape, int found) => new FloeError.BadData(
        $"column {column}",
        $"{shape.Units} rows ({shape.Layers} layers of {shape.Heads} heads and {shape.Neurons} neurons)",
        $"{found} rows",
        "Give one row for each unit of the model.");

    /// <summary>The error of a shape that no model has, or null.</summary>
    public static FloeError? BadShape(ModelShape shape) =>
        shape is { Layers: > 0, Heads: > 0, Neurons: > 0 } && (long)shape.Layers * ((long)shape.Heads + shape.Neurons) <= Array.MaxLength
            ? null
            : new FloeError.BadData(
                "shape",
                "at least one layer, head and neuron, and a table that fits in memory",
                $"{shape.Layers} layers, {shape.Heads} heads, {shape.Neurons} neurons",
                "Check the table's shape.");
}
