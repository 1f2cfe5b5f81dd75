using System.Buffers.Binary;
using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables.Guard;

/// <summary>Checks the values of a page against what the page says, encoding by encoding: a closed list of those that the library reads as
/// they are meant.</summary>
internal static class ValueCheck
{
    // A text may share its beginning with the one before, so that few bytes are many; this much is granted, more only in proportion.
    private const long FreeBytes = 8 << 20;
    private const long MostRatio = 64;

    /// <summary>Checks the values of a page.</summary>
    /// <param name="leaf">The column.</param>
    /// <param name="encoding">How they are stored.</param>
    /// <param name="body">Their bytes.</param>
    /// <param name="count">Values that are there, without those that are missing; at least 1.</param>
    /// <param name="dictionary">Entries of the column's dictionary; −1 where it has none.</param>
    public static void Check(Leaf leaf, Encoding encoding, ReadOnlySpan<byte> body, int count, int dictionary)
    {
        switch (encoding, leaf.Type)
        {
            case (Encoding.PLAIN, _):
                Plain(leaf, body, count);
                break;
            case (Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY, not Type.BOOLEAN):
                TableFault.Unless(dictionary >= 0, "a dictionary before the values that point into it", "none");
                TableFault.Unless(
                    body.Length > 0 && body[0] <= 32, "entries of a dictionary of at most 32 bits", "wider ones, or no bytes");
                Entries(body, count, dictionary);
                break;
            case (Encoding.DELTA_BINARY_PACKED, Type.INT32):
                Differences.Check(body, count, 32, []);
                break;
            case (Encoding.DELTA_BINARY_PACKED, Type.INT64):
                Differences.Check(body, count, 64, []);
                break;
            case (Encoding.DELTA_LENGTH_BYTE_ARRAY, Type.BYTE_ARRAY):
                Lengths(body, count, []);
                break;
            case (Encoding.DELTA_BYTE_ARRAY, Type.BYTE_ARRAY):
                int[] shared = new int[count];
                Lengths(body[Differences.Check(body, count, 32, shared)..], count, shared);
                break;
            case (Encoding.BYTE_STREAM_SPLIT, Type.INT32 or Type.INT64 or Type.FLOAT or Type.DOUBLE):
                Fixed(body, count, Width(leaf), exact: true);
                break;
            default:
                throw TableFault.Unsupported(
                    $"the encoding {encoding} of values of {leaf.Type}",
                    "PLAIN, RLE_DICTIONARY, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT");
        }
    }

    /// <summary>Checks values one after the other, as in a dictionary.</summary>
    /// <param name="leaf">The column.</param>
    /// <param name="body">Their bytes.</param>
    /// <param name="count">How many there must be.</param>
    public static void Plain(Leaf leaf, ReadOnlySpan<byte> body, int count)
    {
        if (leaf.Type == Type.BOOLEAN)
        {
            TableFault.Unless(body.Length >= ((long)count + 7) / 8, "a bit for each value", "fewer");
            return;
        }

        if (leaf.Type != Type.BYTE_ARRAY)
        {
            Fixed(body, count, Width(leaf), exact: leaf.Type == Type.INT96);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            int length = body.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1;
            TableFault.Unless(length >= 0 && length <= body.Length - 4, "values within their page", "one that ends outside");
            body = body[(4 + length)..];
        }
    }

    private static long Width(Leaf leaf) => leaf.Type switch
    {
        Type.INT32 or Type.FLOAT => 4,
        Type.INT64 or Type.DOUBLE => 8,
        Type.INT96 => 12,
        _ => leaf.Length,
    };

    private static void Fixed(ReadOnlySpan<byte> body, int count, long width, bool exact)
    {
        if (exact ? body.Length != count * width : body.Length < count * width)
        {
            throw TableFault.Damaged($"{count} values of {width} bytes", $"{body.Length} bytes");
        }
    }

    // Values of no bits are all the first entry.
    private static void Entries(ReadOnlySpan<byte> body, int count, int dictionary)
    {
        TableFault.Unless(dictionary > 0, "a dictionary with entries", "an empty one");
        if (body[0] > 0)
        {
            Runs.Check(body[1..], body[0], count, dictionary);
        }
    }

    private static void Lengths(ReadOnlySpan<byte> body, int count, ReadOnlySpan<int> shared)
    {
        int[] lengths = new int[count];
        int left = body.Length - Differences.Check(body, count, 32, lengths);
        long whole = 0, before = 0, most = FreeBytes + (MostRatio * body.Length);
        for (int i = 0; i < count; i++)
        {
            long prefix = shared.IsEmpty ? 0 : shared[i];
            TableFault.Unless(lengths[i] >= 0 && lengths[i] <= left, "values within their page", "one that ends outside");
            TableFault.Unless(
                prefix >= 0 && prefix <= before, "values that share at most the whole of the one before", "one that shares more");
            left -= lengths[i];
            before = prefix + lengths[i];
            whole += before;
            TableFault.Unless(whole <= most, "values of a plausible length", "longer ones");
        }
    }
}
