namespace Floe.Effects.Tables.Guard;

/// <summary>A file as the library sees it: nothing but the bytes that the guard has gone over, from memory; elsewhere it ends.</summary>
internal sealed class AdmittedStream(long length) : Stream
{
    private (long Start, ReadOnlyMemory<byte> Bytes)[] admitted = [];

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <summary>Shows other bytes than before.</summary>
    /// <param name="parts">Where in the file they begin, and the bytes.</param>
    public void Admit(params (long Start, ReadOnlyMemory<byte> Bytes)[] parts) => admitted = parts;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        foreach ((long start, ReadOnlyMemory<byte> bytes) in admitted)
        {
            if (Position >= start && Position < start + bytes.Length)
            {
                ReadOnlySpan<byte> here = bytes.Span[(int)(Position - start)..];
                int count = Math.Min(here.Length, buffer.Length);
                here[..count].CopyTo(buffer);
                Position += count;
                return count;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
