using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Floe.Tests.Effects.Parquet;

/// <summary>What a fixture says a Parquet file holds, as canonical texts that do not depend on a library's types.</summary>
public static class FixtureTable
{
    /// <summary>The canonical text of a value: null, decimal integers, true/false, the bits of floats, hexadecimal UTF-8 and
    /// bytes.</summary>
    public static string Canonical(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        Half half => Bits((float)half),
        float single => Bits(single),
        double number => Bits(number),
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        string text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Guid id => id.ToString("N"),
        DateTime time => (time - DateTime.UnixEpoch).Ticks.ToString(CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"no canonical text for {value.GetType()}"),
    };

    /// <summary>The canonical text of a fixture's value of an Arrow type.</summary>
    public static string Canonical(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ when type is "double" => Bits(Number(value)),
        _ when type is "float" or "halffloat" => Bits((float)Number(value)),
        JsonValueKind.Number when Ticks(type) is { } ticks => Scaled(value.GetInt64(), ticks),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object =>
            $"{value.GetProperty("chars").GetInt32()} characters, SHA-256 {value.GetProperty("sha256_utf8").GetString()}",
        _ when IsText(type) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.GetString()!)),
        _ => value.GetString()!,
    };

    /// <summary>A long text as the fixture abbreviates it.</summary>
    public static string Abbreviated(string text) =>
        $"{text.EnumerateRunes().Count()} characters, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>The hash of a whole column.</summary>
    public static string Hash(IEnumerable<string> canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', canonical))));

    /// <summary>Whether a point in time of an Arrow type has a <see cref="DateTime"/>, and an exact one.</summary>
    public static bool HasDateTime(long value, string type)
    {
        (long numerator, long denominator) = Ticks(type)!.Value;
        Int128 ticks = (Int128)value * numerator / denominator;
        return ticks >= (DateTime.MinValue - DateTime.UnixEpoch).Ticks && ticks <= (DateTime.MaxValue - DateTime.UnixEpoch).Ticks;
    }

    /// <summary>Ticks of 100 ns in one unit of a point in time, as a fraction; null for other types.</summary>
    public static (long Numerator, long Denominator)? Ticks(string type) => type switch
    {
        "date32[day]" => (TimeSpan.TicksPerDay, 1),
        _ when !type.StartsWith("timestamp[", StringComparison.Ordinal) => null,
        _ when type.StartsWith("timestamp[s", StringComparison.Ordinal) => (TimeSpan.TicksPerSecond, 1),
        _ when type.StartsWith("timestamp[ms", StringComparison.Ordinal) => (TimeSpan.TicksPerMillisecond, 1),
        _ when type.StartsWith("timestamp[us", StringComparison.Ordinal) => (TimeSpan.TicksPerMicrosecond, 1),
        _ => (1, TimeSpan.NanosecondsPerTick),
    };

    // Rounded down: the tick in which the point lies.
    private static string Scaled(long value, (long Numerator, long Denominator) ticks)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem((Int128)value * ticks.Numerator, ticks.Denominator);
        return (rest < 0 ? quotient - 1 : quotient).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsText(string type) => type is "string" or "large_string" or "string_view"
        || type.StartsWith("dictionary<values=", StringComparison.Ordinal);

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture);

    // NaNs differ in payload between writers and say the same.
    private static string Bits(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8000000000000) : value);
        return Convert.ToHexStringLower(bytes);
    }

    private static string Bits(float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : value);
        return Convert.ToHexStringLower(bytes);
    }
}
