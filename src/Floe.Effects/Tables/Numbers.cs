using System.Globalization;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>Columns of any numeric width as the numbers that Floe works with; a value that does not fit is named by its row.</summary>
internal static class Numbers
{
    /// <summary>Whether a column holds numbers.</summary>
    /// <param name="column">The column.</param>
    /// <returns>True for every integer, floating point and decimal type.</returns>
    public static bool IsNumeric(ColumnValues column) =>
        column.Values is System.Half[]
        || Type.GetTypeCode(column.Values.GetType().GetElementType()) is >= TypeCode.SByte and <= TypeCode.Decimal;

    /// <summary>A column as doubles. Rows without a value are NaN.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="column">The column.</param>
    /// <returns>The numbers, or the error of a column that holds none.</returns>
    public static Either<FloeError, double[]> Doubles(string path, ColumnValues column)
    {
        double[]? values = column.Values switch
        {
            double[] v => v,
            float[] v => System.Array.ConvertAll(v, x => (double)x),
            System.Half[] v => System.Array.ConvertAll(v, x => (double)x),
            decimal[] v => System.Array.ConvertAll(v, x => (double)x),
            var v when v.GetType() == typeof(ulong[]) => System.Array.ConvertAll((ulong[])v, x => (double)x),
            _ => Widened(column.Values) is { } wide ? System.Array.ConvertAll(wide, x => (double)x) : null,
        };
        if (values is null)
        {
            return NotNumeric(path, column);
        }

        for (int row = 0; column.Present is not null && row < values.Length; row++)
        {
            values[row] = column.Present[row] ? values[row] : double.NaN;
        }

        return values;
    }

    /// <summary>A column as whole numbers of 64 bits.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="column">The column.</param>
    /// <returns>The numbers, or the error: no numbers, a row without a value, a value that is not whole or too large.</returns>
    public static Either<FloeError, long[]> Whole(string path, ColumnValues column)
    {
        if (column.FirstMissing is >= 0 and var missing)
        {
            return Missing(path, column.Name, missing);
        }

        if (Widened(column.Values) is { } wide)
        {
            return wide;
        }

        return Doubles(path, column).Bind(values =>
        {
            long[] whole = new long[values.Length];
            for (int row = 0; row < whole.Length; row++)
            {
                // 2^53: beyond it a double no longer tells whole numbers apart.
                if (!(Math.Abs(values[row]) <= 9007199254740992) || values[row] != Math.Floor(values[row]))
                {
                    return new FloeError.BadData(
                        Row(path, column.Name, row), "a whole number", values[row]
                            .ToString("R", CultureInfo.InvariantCulture), "Correct the table.");
                }

                whole[row] = (long)values[row];
            }

            return Prelude.Right<FloeError, long[]>(whole);
        });
    }

    /// <summary>Where a row's value is, as every message says it; rows count from 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="row">The row, from 0.</param>
    /// <returns>File, column and row.</returns>
    public static string Row(string path, string column, int row) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}, column `{column}`, row {row}");

    /// <summary>The error of a row without a value.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="row">The row, from 0.</param>
    /// <returns>The error.</returns>
    public static FloeError Missing(string path, string column, int row) =>
        new FloeError.BadData(Row(path, column, row), "a value", "null", "Give every row a value; pandas writes NaN as null.");

    private static FloeError.BadData NotNumeric(string path, ColumnValues column) => new FloeError.BadData(
        $"{path}, column `{column.Name}`", "numbers", column.Values.GetType()
            .GetElementType()!.Name, "Store the column as integers or floating point numbers.");

    // By the element's type: the runtime lets uint[] pass for int[].
    private static long[]? Widened(System.Array values) => Type.GetTypeCode(values.GetType().GetElementType()) switch
    {
        TypeCode.Int64 => (long[])values,
        TypeCode.Int32 => System.Array.ConvertAll((int[])values, x => (long)x),
        TypeCode.UInt32 => System.Array.ConvertAll((uint[])values, x => (long)x),
        TypeCode.Int16 => System.Array.ConvertAll((short[])values, x => (long)x),
        TypeCode.UInt16 => System.Array.ConvertAll((ushort[])values, x => (long)x),
        TypeCode.SByte => System.Array.ConvertAll((sbyte[])values, x => (long)x),
        TypeCode.Byte => System.Array.ConvertAll((byte[])values, x => (long)x),
        _ => null,
    };
}
