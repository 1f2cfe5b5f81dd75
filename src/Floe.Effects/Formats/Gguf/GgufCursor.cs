using System.Buffers.Binary;
using System.Text;
using Floe.Domain;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// Reads a GGUF header forward. After the first problem every read gives zero and <see cref="Failure"/> keeps what was wrong, so that the
/// grammar reads without a check a field; loops ask <see cref="Failed"/>. Nothing is allocated beyond what the rest of the file could fill.
/// </summary>
internal sealed class GgufCursor(RandomFile file)
{
    private const int BufferBytes = 1 << 16;
    private const string Remedy = "The file is damaged or cut: fetch it again.";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] buffer = new byte[Math.Min(BufferBytes, file.Length)];
    private long bufferStart;
    private int buffered;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes between here and the end of the file.</summary>
    public long Left => file.Length - Position;

    /// <summary>The first problem.</summary>
    public FloeError? Failure { get; private set; }

    /// <summary>Whether something was wrong.</summary>
    public bool Failed => Failure is not null;

    /// <summary>Notes a problem; the first one stays.</summary>
    public void Fail(string what, string expected, string found) =>
        Failure ??= new FloeError.BadData($"{file.Path}: {what}", expected, found, Remedy);

    /// <summary>Notes something that Floe does not have.</summary>
    public void Refuse(string feature, string supported, string remedy) =>
        Failure ??= new FloeError.Unsupported(file.Path, feature, supported, remedy);

    public byte Byte(string what) => Take(what, 1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public uint Uint32(string what) => Take(what, 4) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong Uint64(string what) => Take(what, 8) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    /// <summary>A count of items that take at least some bytes each, checked against the rest of the file.</summary>
    public int Count(string what, int leastBytes)
    {
        ulong count = Uint64(what);
        ulong most = (ulong)(Math.Min(Left, Array.MaxLength) / leastBytes);
        if (count <= most)
        {
            return (int)count;
        }

        Fail(what, $"at most {most}, which is what the rest of the file could hold", $"{count}");
        return 0;
    }

    /// <summary>A string: 64-bit length, then UTF-8.</summary>
    public string Text(string what)
    {
        byte[] bytes = Bytes(what, Count($"{what} (its length)", 1));
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail(what, "UTF-8", "other bytes");
            return "";
        }
    }

    /// <summary>Bytes, whose number was checked by <see cref="Count"/>.</summary>
    public byte[] Bytes(string what, int count)
    {
        if (Failed || count > Left)
        {
            Fail(what, $"{count} bytes", $"the end of the file after {Left}");
            return [];
        }

        byte[] bytes = new byte[count];
        int fromBuffer = (int)Math.Min(count, bufferStart + buffered - Position);
        buffer.AsSpan((int)(Position - bufferStart), fromBuffer).CopyTo(bytes);
        file.ReadAt(Position + fromBuffer, bytes.AsSpan(fromBuffer)).IfLeft(Keep);
        Skip(count);
        return Failed ? [] : bytes;
    }

    private ReadOnlySpan<byte> Take(string what, int count)
    {
        if (Failed || count > Left)
        {
            Fail(what, $"{count} bytes", $"the end of the file after {Left}");
            return [];
        }

        if (Position + count > bufferStart + buffered)
        {
            buffered = (int)Math.Min(buffer.Length, Left);
            bufferStart = Position;
            file.ReadAt(bufferStart, buffer.AsSpan(0, buffered)).IfLeft(Keep);
        }

        ReadOnlySpan<byte> taken = buffer.AsSpan((int)(Position - bufferStart), count);
        Position += count;
        return Failed ? [] : taken;
    }

    private void Skip(int count)
    {
        Position += count;
        if (Position > bufferStart + buffered)
        {
            (bufferStart, buffered) = (Position, 0);
        }
    }

    private void Keep(FloeError error) => Failure ??= error;
}
