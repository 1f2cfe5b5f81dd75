namespace Floe.Effects.Tables.Guard;

/// <summary>Integers in groups of seven bits, lowest first, as metadata, runs and differences store them.</summary>
internal static class Varints
{
    /// <summary>Reads one of at most 64 bits.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">Where it begins; afterwards where it ended.</param>
    /// <returns>The integer.</returns>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            TableFault.Unless(at < bytes.Length, "a whole integer", "bytes that end early");
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                TableFault.Unless(shift < 63 || next <= 1, "an integer of 64 bits", "a longer one");
                return value;
            }
        }

        throw TableFault.Damaged("an integer of at most 10 bytes", "a longer one");
    }
}
