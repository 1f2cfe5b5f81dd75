using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>Reads the fixtures' JSON, in which NaN and the infinities are strings.</summary>
internal static class ExpectedJson
{
    public static JsonElement Read(string path) => JsonElement.Parse(File.ReadAllBytes(path));

    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetDouble(),
    };

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    public static long[] Shape(JsonElement array) => [.. array.EnumerateArray().Select(d => d.GetInt64())];

    /// <summary>Equal as bits, but any NaN equals any other.</summary>
    public static void AssertSame(double expected, double found) =>
        Assert.True(
            double.IsNaN(expected)
                ? double.IsNaN(found)
                : BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(found),
                    $"expected {expected:R}, found {found:R}");
}
