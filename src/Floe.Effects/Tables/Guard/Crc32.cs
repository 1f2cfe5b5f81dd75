namespace Floe.Effects.Tables.Guard;

/// <summary>The checksum of pages: CRC-32 with the polynomial 0xEDB88320, as in gzip.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Entry(int index) =>
        Enumerable.Range(0, 8).Aggregate((uint)index, (value, _) => (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1);
}
