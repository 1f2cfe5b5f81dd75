using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Floe.Effects.Tables;

/// <summary>What stored values mean, as the Parquet format defines it. A value that its .NET type cannot hold is an
/// <see cref="OverflowException"/>.</summary>
internal static class StoredValues
{
    private const int MostPlaces = 28;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A decimal of an unscaled integer.</summary>
    public static decimal Decimal(BigInteger unscaled, long places)
    {
        if (places is < 0 or > MostPlaces)
        {
            throw new OverflowException();
        }

        Span<int> parts = stackalloc int[4];
        decimal.GetBits((decimal)BigInteger.Abs(unscaled), parts);
        return new decimal(parts[0], parts[1], parts[2], unscaled.Sign < 0, (byte)places);
    }

    /// <summary>An integer of any length, highest byte first.</summary>
    public static BigInteger Integer(ReadOnlyMemory<byte> bytes) => new(bytes.Span, isUnsigned: false, isBigEndian: true);

    /// <summary>A point in time, rounded down to 100 ns.</summary>
    /// <param name="value">Units since 1970.</param>
    /// <param name="nanoseconds">Nanoseconds in one.</param>
    public static DateTime Time(long value, long nanoseconds)
    {
        (Int128 ticks, Int128 rest) = Int128.DivRem((Int128)value * nanoseconds, TimeSpan.NanosecondsPerTick);
        ticks += DateTime.UnixEpoch.Ticks - (rest < 0 ? 1 : 0);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Utc) : throw new OverflowException();
    }

    /// <summary>A number of 16 bits.</summary>
    public static Half Half(ReadOnlyMemory<byte> bytes) => BinaryPrimitives.ReadHalfLittleEndian(bytes.Span);

    /// <summary>A UUID, highest byte first.</summary>
    public static Guid Uuid(ReadOnlyMemory<byte> bytes) => new(bytes.Span, bigEndian: true);

    /// <summary>Makes texts of bytes; entries of a dictionary become one text each, however many rows have them.</summary>
    /// <returns>The function; bytes that are not UTF-8 are a <see cref="DecoderFallbackException"/>.</returns>
    public static Func<ReadOnlyMemory<byte>, string> Texts()
    {
        const int Most = 1 << 16;
        Dictionary<ReadOnlyMemory<byte>, string> known = [];
        (ReadOnlyMemory<byte> Bytes, string Text) last = (default, "");
        return bytes =>
        {
            if (!bytes.Equals(last.Bytes))
            {
                if (!known.TryGetValue(bytes, out string? text))
                {
                    text = Strict.GetString(bytes.Span);
                    known.Remove(known.Count == Most ? last.Bytes : default);
                    known.Add(bytes, text);
                }

                last = (bytes, text);
            }

            return last.Text;
        };
    }
}
