using System.Globalization;
using System.Text.Json;
using Floe.Effects.Tables;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Compares values that Floe read with those that another program printed.</summary>
internal static class FoundColumns
{
    /// <summary>The first row in which they differ, as a sentence; null where they are equal.</summary>
    public static string? Difference(ColumnValues expected, JsonElement found)
    {
        if (expected.Values.Length != found.GetArrayLength())
        {
            return $"column {expected.Name}: {expected.Values.Length} rows here, {found.GetArrayLength()} there";
        }

        int row = 0;
        foreach (JsonElement value in found.EnumerateArray())
        {
            object? here = expected.Present is null || expected.Present[row] ? expected.Values.GetValue(row) : null;
            if (!Same(here, value))
            {
                return $"column {expected.Name}, row {row}: {here} here, {value.GetRawText()} there";
            }

            row++;
        }

        return null;
    }

    // JavaScript has whole numbers of 32 bits as doubles.
    private static bool Same(object? expected, JsonElement found) => expected switch
    {
        null => found.ValueKind == JsonValueKind.Null,
        bool flag => found.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        _ when found.ValueKind != JsonValueKind.String => false,
        string text => found.GetString() == "t" + text,
        byte[] bytes => found.GetString() == "b" + Convert.ToHexStringLower(bytes),
        double.NaN or float.NaN => found.GetString() is ['f', .. var bits]
            && double.IsNaN(BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16))),
        double number => found.GetString() == Bits(number),
        float number => found.GetString() == Bits(number),
        _ when found.GetString() == Convert.ToString(expected, CultureInfo.InvariantCulture) => true,
        _ => found.GetString() == Bits(Convert.ToDouble(expected, CultureInfo.InvariantCulture)),
    };

    private static string Bits(double number) =>
        "f" + BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture);
}
