using Floe.Effects.Files;

namespace Floe.Cli.Shell;

/// <summary>Standard output could not take what was written to it.</summary>
/// <param name="message">What the system said.</param>
/// <param name="inner">What was thrown.</param>
internal sealed class OutputLostException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// Standard output or standard error. A write that fails there ends a command whose result it carries, and is only remembered where it
/// carries messages: a training goes on when nobody reads its progress. A pipe whose reader has left takes everything in silence.
/// </summary>
internal sealed class StandardStream : Stream
{
    private readonly Stream? inner;
    private readonly bool carriesResult;

    private StandardStream(int descriptor, Func<Stream> open, bool carriesResult)
    {
        inner = StandardDescriptors.IsInherited(descriptor) ? open() : null;
        this.carriesResult = carriesResult;
    }

    /// <summary>Whether something that was written is lost.</summary>
    public bool IsLost { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The process's standard output.</summary>
    public static StandardStream Output() => new(1, Console.OpenStandardOutput, carriesResult: true);

    /// <summary>The process's standard error.</summary>
    public static StandardStream Messages() => new(2, Console.OpenStandardError, carriesResult: false);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            if (inner is null)
            {
                Lose("it is closed", null);
            }
            else
            {
                inner.Write(buffer);
            }
        }
        catch (Exception refusal) when (refusal is UnauthorizedAccessException or (IOException and not OutputLostException))
        {
            Lose(FileErrors.Said(refusal), refusal);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Lose(string why, Exception? refusal)
    {
        IsLost = true;
        if (carriesResult)
        {
            throw new OutputLostException(why, refusal);
        }
    }
}
