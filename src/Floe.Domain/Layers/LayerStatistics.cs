using System.Collections.Frozen;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>
/// One number a layer for each of several statistics: what policies that do not read masks rank by (method §7). A missing value is NaN.
/// </summary>
/// <remarks>Known names: <c>weight_norm</c>, <c>gradient</c>, <c>snr</c>, <c>page</c>, <c>cka</c>, <c>activation</c>; any other name may
/// stand beside them.</remarks>
public sealed class LayerStatistics
{
    private readonly FrozenDictionary<string, double[]> columns;

    private LayerStatistics(int layers, FrozenDictionary<string, double[]> columns)
    {
        Layers = layers;
        this.columns = columns;
    }

    /// <summary>L, decoder layers.</summary>
    public int Layers { get; }

    /// <summary>The names of the columns, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. columns.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Statistics without a column.</summary>
    public static LayerStatistics None(int layers) => new(layers, FrozenDictionary<string, double[]>.Empty);

    /// <summary>A column's values from those of some layers; NaN for the others.</summary>
    /// <param name="layers">Number of layers.</param>
    /// <param name="values">A layer and its value.</param>
    internal static double[] Column(int layers, IEnumerable<(int Layer, double Value)> values)
    {
        double[] column = new double[layers];
        column.AsSpan().Fill(double.NaN);
        foreach ((int layer, double value) in values)
        {
            column[layer] = value;
        }

        return column;
    }

    /// <summary>The same statistics with one more column, or with that column replaced. Errors: another number of values than layers;
    /// infinity.</summary>
    /// <param name="name">Column name.</param>
    /// <param name="values">One value a layer; NaN where it was not collected. They are copied.</param>
    public Either<FloeError, LayerStatistics> With(string name, ReadOnlySpan<double> values)
    {
        if (values.Length != Layers)
        {
            return Left<FloeError, LayerStatistics>(
                new FloeError.BadData($"column {name}", $"{Layers} rows", $"{values.Length} rows", "Give one row for each layer."));
        }

        foreach (double value in values)
        {
            if (double.IsInfinity(value))
            {
                return Left<FloeError, LayerStatistics>(
                    new FloeError.BadData($"column {name}", "finite numbers", "infinity", "Collect the statistic again."));
            }
        }

        Dictionary<string, double[]> columns = new(this.columns, StringComparer.Ordinal) { [name] = values.ToArray() };
        return Right<FloeError, LayerStatistics>(new LayerStatistics(Layers, columns.ToFrozenDictionary(StringComparer.Ordinal)));
    }

    /// <summary>A column with missing values as NaN, or None where it was never collected.</summary>
    public Option<ReadOnlyMemory<double>> Find(string name) =>
        columns.TryGetValue(name, out double[]? values) ? Some((ReadOnlyMemory<double>)values) : Option<ReadOnlyMemory<double>>.None;

    /// <summary>A column that has a value for every layer. Errors: no such column; a missing value.</summary>
    public Either<FloeError, ReadOnlyMemory<double>> Complete(string name)
    {
        if (!columns.TryGetValue(name, out double[]? values))
        {
            return Left<FloeError, ReadOnlyMemory<double>>(new FloeError.BadData(
                "statistics", $"a column {name}", Names.Count == 0
                    ? "no column"
                    : string.Join(", ", Names), "Collect it, or choose another policy."));
        }

        int missing = values.AsSpan().IndexOf(double.NaN);
        return missing < 0
            ? Right<FloeError, ReadOnlyMemory<double>>(values)
            : Left<FloeError, ReadOnlyMemory<double>>(
                new FloeError.BadData($"column {name}, layer {missing}", "a number", "no value", "Collect the statistic for every layer."));
    }
}
