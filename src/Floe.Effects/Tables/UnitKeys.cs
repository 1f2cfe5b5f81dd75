using System.Globalization;
using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>
/// The key columns of a table of one row a unit: <c>layer</c>, <c>component</c>, <c>index</c>. A read table may have its rows in any order.
/// </summary>
internal static class UnitKeys
{
    /// <summary>How a component is written.</summary>
    public const string Head = "head";

    /// <summary>How the other component is written.</summary>
    public const string Neuron = "neuron";

    /// <summary>The key columns of a model in table order.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <returns>Three columns.</returns>
    public static IEnumerable<OutputColumn> Columns(ModelShape shape)
    {
        int[] layers = new int[shape.Units];
        string[] components = new string[shape.Units];
        int[] indices = new int[shape.Units];
        for (int layer = 0, row = 0; layer < shape.Layers; layer++)
        {
            layers.AsSpan(row, shape.UnitsPerLayer).Fill(layer);
            components.AsSpan(row, shape.Heads).Fill(Head);
            components.AsSpan(row + shape.Heads, shape.Neurons).Fill(Neuron);
            for (int within = 0; within < shape.UnitsPerLayer; within++, row++)
            {
                indices[row] = within < shape.Heads ? within : within - shape.Heads;
            }
        }

        return [new OutputColumn.Integers("layer", layers), new OutputColumn.Texts("component", components),
            new OutputColumn.Integers("index", indices)];
    }

    /// <summary>Reads the keys of a table and checks that every unit of the model has exactly one row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stored">The shape that the table's metadata gives; otherwise it follows from the rows, and its widths are 0.</param>
    /// <returns>The shape and every row's place in table order, or the one error that names row and column.</returns>
    public static Either<FloeError, UnitRows> Read(ParquetTable table, Option<ModelShape> stored) =>
        from layers in table.Column("layer").Bind(c => Numbers.Whole(table.Path, c)).Bind(v => InRange(table.Path, "layer", v))
        from components in table.Column("component").Bind(c => ComponentsOf(table.Path, c))
        from indices in table.Column("index").Bind(c => Numbers.Whole(table.Path, c)).Bind(v => InRange(table.Path, "index", v))
        from _ in layers.Length > 0
            ? Prelude.Right<FloeError, Unit>(Prelude.unit)
            : new FloeError.BadData(table.Path, "one row for each head and neuron of the model", "0 rows", "Collect scores first.")
        let keys = new Keys(table.Path, layers, components, indices)
        from rows in Place(keys, stored.IfNone(() => keys.Shape()))
        select rows;

    private static Either<FloeError, UnitRows> Place(Keys keys, ModelShape shape)
    {
        // A hole or a doubled unit may claim a shape far beyond the rows: nothing is allocated by it.
        if ((Int128)shape.Layers * ((long)shape.Heads + shape.Neurons) != keys.Count)
        {
            return UnitGaps.Find(keys, shape);
        }

        int[] places = new int[keys.Count];
        bool[] taken = new bool[keys.Count];
        bool ordered = true;
        for (int row = 0; row < places.Length; row++)
        {
            int place = shape.IndexOf(keys.At(row));
            if (keys.Layers[row] >= shape.Layers || keys.Indices[row] >= (keys.IsHead[row] ? shape.Heads : shape.Neurons) || taken[place])
            {
                return UnitGaps.Find(keys, shape);
            }

            places[row] = place;
            taken[place] = true;
            ordered &= place == row;
        }

        return new UnitRows(shape, ordered ? null : places);
    }

    private static Either<FloeError, int[]> InRange(string path, string column, long[] values)
    {
        int[] narrow = new int[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            if (values[row] is < 0 or >= int.MaxValue)
            {
                return new FloeError.BadData(
                    Numbers.Row(path, column, row), "a whole number from 0", values[row]
                        .ToString(CultureInfo.InvariantCulture), "Correct the row.");
            }

            narrow[row] = (int)values[row];
        }

        return narrow;
    }

    private static Either<FloeError, bool[]> ComponentsOf(string path, ColumnValues column)
    {
        if (column.Values is not string?[] texts)
        {
            return new FloeError.BadData(
                $"{path}, column `component`", "the texts `head` and `neuron`", column.Values.GetType()
                    .GetElementType()!.Name, "Store the column as text.");
        }

        bool[] heads = new bool[texts.Length];
        for (int row = 0; row < texts.Length; row++)
        {
            heads[row] = texts[row] == Head;
            if (!heads[row] && texts[row] != Neuron)
            {
                return texts[row] is { } found
                    ? new FloeError.BadData(Numbers.Row(path, "component", row), "`head` or `neuron`", $"`{found}`", "Correct the row.")
                    : Prelude.Left<FloeError, bool[]>(Numbers.Missing(path, "component", row));
            }
        }

        return heads;
    }

    /// <summary>The key columns of a table in its own row order.</summary>
    /// <param name="Path">The file, for errors.</param>
    /// <param name="Layers">Layer of each row.</param>
    /// <param name="IsHead">Head or neuron.</param>
    /// <param name="Indices">Index of each row.</param>
    internal sealed record Keys(string Path, int[] Layers, bool[] IsHead, int[] Indices)
    {
        /// <summary>Rows.</summary>
        public int Count => Layers.Length;

        /// <summary>The unit of a row.</summary>
        /// <param name="row">The row.</param>
        /// <returns>Its key.</returns>
        public UnitId At(int row) => new(Layers[row], IsHead[row] ? Component.Head : Component.Neuron, Indices[row]);

        /// <summary>The smallest shape that has all the rows.</summary>
        /// <returns>Layers, heads and neurons; the widths, which no row tells, are 0.</returns>
        public ModelShape Shape()
        {
            int layers = 0, heads = 0, neurons = 0;
            for (int row = 0; row < Count; row++)
            {
                layers = Math.Max(layers, Layers[row] + 1);
                heads = IsHead[row] ? Math.Max(heads, Indices[row] + 1) : heads;
                neurons = IsHead[row] ? neurons : Math.Max(neurons, Indices[row] + 1);
            }

            return new ModelShape(layers, heads, 0, neurons, 0, 0);
        }
    }
}

/// <summary>The rows of a table that has every unit once.</summary>
/// <param name="Shape">The model's shape.</param>
/// <param name="Places">For each row its place in table order; null where the rows are in it.</param>
internal sealed record UnitRows(ModelShape Shape, int[]? Places)
{
    /// <summary>A column in table order.</summary>
    /// <param name="values">The column in the file's order.</param>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>The column, the same array where nothing moves.</returns>
    public T[] Ordered<T>(T[] values)
    {
        if (Places is null)
        {
            return values;
        }

        T[] ordered = new T[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            ordered[Places[row]] = values[row];
        }

        return ordered;
    }
}
