using System.Globalization;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Reads a row group of <c>normal.parquet</c>: the equations of one component, checked against the model they must be
/// of.</summary>
internal static class NormalBlocks
{
    /// <summary>Which component a row group holds.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">The model.</param>
    /// <param name="part">The row group.</param>
    /// <returns>A layer of the model and a component, or the error that names column and row group.</returns>
    public static Either<FloeError, (int Layer, Component Component)> Place(ParquetTable table, ModelShape shape, int part) =>
        from layer in One(table, "layer", part, c => Numbers.Whole(table.Path, c))
        from inside in layer >= 0 && layer < shape.Layers
            ? Right<FloeError, Unit>(unit)
            : Damaged(table, part, "layer", $"a layer from 0 to {shape.Layers - 1}", layer.ToString(CultureInfo.InvariantCulture))
        from name in One(table, "component", part, c => c.Values is string?[] texts
            ? texts
            : Left<FloeError, string?[]>(Damaged(table, part, "component", "texts", c.Values.GetType().GetElementType()!.Name)))
        from component in name switch
        {
            UnitKeys.Head => Right<FloeError, Component>(Component.Head),
            UnitKeys.Neuron => Component.Neuron,
            _ => Damaged(table, part, "component", $"`{UnitKeys.Head}` or `{UnitKeys.Neuron}`", name is null ? "null" : $"`{name}`"),
        }
        select ((int)layer, component);

    /// <summary>The equations of a row group.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">The model.</param>
    /// <param name="part">The row group.</param>
    /// <param name="place">Which component it holds.</param>
    /// <param name="tokens">Tokens in its sums.</param>
    /// <param name="target">‖b‖².</param>
    public static Either<FloeError, NormalBlock> Read(
        ParquetTable table, ModelShape shape, int part, (int Layer, Component Component) place, long tokens, double target) =>
        from gram in table.Column("gram", part).Bind(c => Numbers.Doubles(table.Path, c))
        let size = place.Component == Component.Head ? shape.Heads : shape.Neurons
        let triangle = NormalEquations.Packed(size, size, size)
        from fits in gram.Length == triangle
            ? Right<FloeError, Unit>(unit)
            : Damaged(table, part, "gram", $"{triangle} numbers for {NormalPlaces.Name(place)}, {size} of them", $"{gram.Length}")
        from rows in table.Column("row", part).Bind(c => Numbers.Whole(table.Path, c))
        from columns in table.Column("column", part).Bind(c => Numbers.Whole(table.Path, c))
        from right in table.Column("rhs", part).Bind(c => Numbers.Doubles(table.Path, c))
        from diagonal in Diagonal(table, part, size, rows, columns, right)
        from finite in System.Array.TrueForAll(gram, double.IsFinite)
            ? Right<FloeError, Unit>(unit)
            : Damaged(table, part, "gram", "finite numbers", "one that is not")
        from equations in NormalEquations.Create(gram, diagonal, target, tokens)
        select new NormalBlock(place.Layer, place.Component, equations);

    /// <summary>The error of a row group.</summary>
    /// <param name="table">The table.</param>
    /// <param name="part">The row group.</param>
    /// <param name="column">The column.</param>
    /// <param name="expected">What it should hold.</param>
    /// <param name="found">What it holds.</param>
    public static FloeError Damaged(ParquetTable table, int part, string column, string expected, string found) => new FloeError.BadData(
        string.Create(
            CultureInfo.InvariantCulture, $"{table.Path}, column `{column}`, row group {part}"), expected, found,
                "Collect the equations again, for this model.");

    // The triangle row by row; the right side stands where a row begins.
    private static Either<FloeError, double[]> Diagonal(ParquetTable table, int part, int size, long[] rows, long[] columns, double[] right)
    {
        double[] diagonal = new double[size];
        for (int row = 0, at = 0; row < size; row++)
        {
            diagonal[row] = right[at];
            if (!double.IsFinite(right[at]))
            {
                return Left<FloeError, double[]>(Damaged(table, part, "rhs", $"a finite number in row {at} of the row group", "none"));
            }

            for (int column = row; column < size; column++, at++)
            {
                if (rows[at] != row || columns[at] != column)
                {
                    return Left<FloeError, double[]>(Damaged(
                        table, part, "row", $"row {row}, column {column} in row {at} of the row group",
                            $"row {rows[at]}, column {columns[at]}"));
                }
            }
        }

        return diagonal;
    }

    private static Either<FloeError, T> One<T>(
        ParquetTable table, string name, int part, Func<ColumnValues, Either<FloeError, T[]>> read) =>
        table.Column(name, part).Bind(read).Bind(values =>
            values.Length == 0 ? Left<FloeError, T>(Damaged(table, part, name, "one layer and component a row group", "no rows"))
            : System.Array.TrueForAll(values, v => Equals(v, values[0])) ? Right<FloeError, T>(values[0])
            : Damaged(table, part, name, "one layer and component a row group", "several"));
}
