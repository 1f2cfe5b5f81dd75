using System.Buffers.Binary;
using Parquet.Meta;
using Parquet.Schema;
using Parquet.Storage;

namespace Parquet;

/// <summary>Reads Parquet files. The footer is read and checked when the reader is made.</summary>
public class ParquetReader : ParquetActor, IAsyncDisposable
{
    // Runs let a byte stand for many rows; beyond this a claim is damage, and nothing is allocated for it.
    private const long FreeRows = 1 << 20;
    private const long RowsPerByte = 4096;
    private readonly bool leaveStreamOpen;
    private readonly ParquetRowGroupReader[] groups;

    private ParquetReader(Stream input, ParquetOptions options, bool leaveStreamOpen)
        : base(input)
    {
        this.leaveStreamOpen = leaveStreamOpen;
        Metadata = Footer(input);
        Schema = SchemaReader.Build(Metadata.Schema, options);
        CustomMetadata = Pairs(Metadata);
        int columns = Schema.DataFields.Length;
        groups = new ParquetRowGroupReader[Metadata.RowGroups.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            RowGroup group = Metadata.RowGroups[i];
            if (group.Columns.Count != columns)
            {
                throw new ParquetException($"row group {i} has {group.Columns.Count} columns, the schema {columns}");
            }

            if (group.NumRows < 0 || group.NumRows > Math.Min(Array.MaxLength, FreeRows + (RowsPerByte * input.Length)))
            {
                throw new ParquetException($"row group {i} claims {group.NumRows} rows in a file of {input.Length} bytes");
            }

            groups[i] = new ParquetRowGroupReader(input, Schema, group);
        }

        if (Metadata.NumRows != Metadata.RowGroups.Sum(g => g.NumRows))
        {
            throw new ParquetException($"the file claims {Metadata.NumRows} rows, its row groups {Metadata.RowGroups.Sum(g => g.NumRows)}");
        }
    }

    public ParquetSchema Schema { get; }

    public int RowGroupCount => groups.Length;

    public Dictionary<string, string> CustomMetadata { get; }

    public FileMetaData? Metadata { get; }

    public IReadOnlyList<ParquetRowGroupReader> RowGroups => groups;

    /// <summary>Opens a file, which is closed with the reader.</summary>
    public static Task<ParquetReader> CreateAsync(string filePath, ParquetOptions? parquetOptions = null, CancellationToken cancellationToken = default)
    {
        FileStream stream = File.OpenRead(filePath);
        try
        {
            return CreateAsync(stream, parquetOptions, leaveStreamOpen: false, cancellationToken);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream that can be read and sought.</summary>
    /// <exception cref="IOException">Not a Parquet file.</exception>
    /// <exception cref="ParquetException">Damaged metadata.</exception>
    public static Task<ParquetReader> CreateAsync(
        Stream input, ParquetOptions? parquetOptions = null, bool leaveStreamOpen = true, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(input);
        return !input.CanRead || !input.CanSeek
            ? throw new ArgumentException("stream must be readable and seekable", nameof(input))
            : Task.FromResult(new ParquetReader(input, parquetOptions ?? new ParquetOptions(), leaveStreamOpen));
    }

    public ParquetRowGroupReader OpenRowGroupReader(int index) => groups[index];

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!leaveStreamOpen)
        {
            Stream.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static FileMetaData Footer(Stream input)
    {
        if (input.Length < 12)
        {
            throw new IOException("not a Parquet file (size too small)");
        }

        Span<byte> head = stackalloc byte[4];
        input.Seek(0, SeekOrigin.Begin);
        input.ReadExactly(head);
        Span<byte> tail = stackalloc byte[8];
        input.Seek(-8, SeekOrigin.End);
        input.ReadExactly(tail);
        if (tail[4..].SequenceEqual(EncryptedMagic))
        {
            throw new NotSupportedException("the footer is encrypted");
        }

        if (!head.SequenceEqual(Magic) || !tail[4..].SequenceEqual(Magic))
        {
            throw new IOException($"not a parquet file, head: {Convert.ToHexString(head)}, tail: {Convert.ToHexString(tail[4..])}");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length <= 0 || length > input.Length - 12)
        {
            throw new ParquetException($"the footer claims {(uint)length} bytes in a file of {input.Length}");
        }

        byte[] footer = new byte[length];
        input.Seek(-8 - length, SeekOrigin.End);
        input.ReadExactly(footer);
        return MetaReader.File(footer);
    }

    private static Dictionary<string, string> Pairs(FileMetaData meta)
    {
        Dictionary<string, string> pairs = [];
        foreach (KeyValue pair in meta.KeyValueMetadata ?? [])
        {
            pairs[pair.Key] = pair.Value ?? string.Empty;
        }

        return pairs;
    }
}
