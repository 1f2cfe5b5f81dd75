using System.Buffers.Binary;
using System.Numerics;

namespace Floe.Effects.Tables.Guard;

/// <summary>Goes over integers stored as runs (RLE / bit-packing hybrid of the Parquet format): which values are missing, entries of a
/// dictionary.</summary>
internal static class Runs
{
    /// <summary>Goes over runs.</summary>
    /// <param name="bytes">The runs; what follows the last value is left alone.</param>
    /// <param name="width">Bits of a value, 0 to 32.</param>
    /// <param name="count">Values that must be there.</param>
    /// <param name="limit">One more than the largest value that may be there.</param>
    /// <returns>How many of the values are 1.</returns>
    public static int Check(ReadOnlySpan<byte> bytes, int width, int count, int limit)
    {
        int bytesOfValue = (width + 7) / 8, at = 0, ones = 0;
        while (count > 0)
        {
            ulong header = Varints.Read(bytes, ref at);
            ulong length = header >> 1;
            TableFault.Unless(header <= int.MaxValue && length > 0, "runs of at least one value", "one of none, or of too many");
            ReadOnlySpan<byte> run = bytes[at..];
            if ((header & 1) == 0)
            {
                TableFault.Unless(run.Length >= bytesOfValue, "whole runs", "runs that end early");
                int among = (int)Math.Min(length, (ulong)count);
                uint value = One(run[..bytesOfValue]);
                Inside(value, limit);
                ones += value == 1 ? among : 0;
                (count, at) = (count - among, at + bytesOfValue);
                continue;
            }

            int packed = (int)Math.Min(length * 8, (ulong)count);
            TableFault.Unless(run.Length >= (((long)packed * width) + 7) / 8, "whole runs", "runs that end early");
            ones += width == 1 ? Bits(run, packed, limit) : Packed(run, width, packed, limit);
            count -= packed;
            at += (int)Math.Min(length * (ulong)width, (ulong)run.Length);
        }

        return ones;
    }

    private static uint One(ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (uint)bytes[i] << (8 * i);
        }

        return value;
    }

    private static void Inside(uint value, int limit)
    {
        if (value >= (uint)limit)
        {
            throw TableFault.Damaged($"values from 0 to {limit - 1} in a run", $"{value}");
        }
    }

    private static int Bits(ReadOnlySpan<byte> run, int count, int limit)
    {
        int ones = 0;
        for (int i = 0; i < count / 8; i++)
        {
            ones += BitOperations.PopCount(run[i]);
        }

        ones += count % 8 == 0 ? 0 : BitOperations.PopCount(run[count / 8] & ((1u << (count % 8)) - 1));
        Inside(ones > 0 ? 1u : 0, limit);
        return ones;
    }

    private static int Packed(ReadOnlySpan<byte> run, int width, int count, int limit)
    {
        uint most = 0, mask = (uint)((1UL << width) - 1);
        int ones = 0;
        for (int i = 0; i < count; i++)
        {
            long bit = (long)i * width;
            uint value = (uint)(Eight(run[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask;
            most = Math.Max(most, value);
            ones += value == 1 ? 1 : 0;
        }

        Inside(most, limit);
        return ones;
    }

    private static ulong Eight(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        Span<byte> end = stackalloc byte[8];
        bytes.CopyTo(end);
        return BinaryPrimitives.ReadUInt64LittleEndian(end);
    }
}
