using System.Globalization;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>The key column of a table of one row a layer.</summary>
internal static class LayerKeys
{
    /// <summary>Reads <c>layer</c> and checks that every layer from 0 has exactly one row.</summary>
    /// <param name="table">The table.</param>
    /// <returns>For each row its layer, or the error that names the row.</returns>
    public static Either<FloeError, int[]> Read(ParquetTable table) =>
        table.Column("layer").Bind(column => Numbers.Whole(table.Path, column)).Bind(layers => Check(table.Path, layers));

    /// <summary>A column by layer.</summary>
    /// <param name="layers">For each row its layer.</param>
    /// <param name="values">The column in the file's order.</param>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>The column in layer order.</returns>
    public static T[] Ordered<T>(int[] layers, T[] values)
    {
        T[] ordered = new T[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            ordered[layers[row]] = values[row];
        }

        return ordered;
    }

    private static Either<FloeError, int[]> Check(string path, long[] found)
    {
        int[] layers = new int[found.Length];
        bool[] taken = new bool[found.Length];
        for (int row = 0; row < layers.Length; row++)
        {
            if (found[row] < 0 || found[row] >= layers.Length || taken[found[row]])
            {
                return new FloeError.BadData(
                    Numbers.Row(path, "layer", row),
                    $"every layer from 0 to {layers.Length - 1} once",
                    found[row].ToString(CultureInfo.InvariantCulture),
                    "Give every layer one row.");
            }

            layers[row] = (int)found[row];
            taken[layers[row]] = true;
        }

        return layers.Length > 0 ? layers : new FloeError.BadData(path, "one row a layer", "0 rows", "Collect the table again.");
    }
}
