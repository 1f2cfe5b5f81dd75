using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;
using Parquet.Storage;

namespace Parquet;

/// <summary>Writes Parquet files of flat columns; the footer is written when the writer is disposed. Same input, same bytes.</summary>
public sealed class ParquetWriter : ParquetActor, IAsyncDisposable
{
    private const string CreatedBy = "floe-parquet version 1.0.0 (build 1)";
    private readonly ParquetOptions options;
    private readonly FileMetaData meta;
    private readonly List<ParquetRowGroupWriter> groups = [];
    private long position;

    private ParquetWriter(ParquetSchema schema, Stream output, ParquetOptions options)
        : base(output)
    {
        Schema = schema;
        this.options = options;
        meta = new FileMetaData { Schema = SchemaWriter.Build(schema), CreatedBy = CreatedBy };
        output.Write(Magic);
        position = Magic.Length;
    }

    /// <summary>Key-value pairs of the footer.</summary>
    public IReadOnlyDictionary<string, string> CustomMetadata
    {
        get => meta.KeyValueMetadata?.ToDictionary(pair => pair.Key, pair => pair.Value!) ?? [];
        set => meta.KeyValueMetadata = [.. value.Select(pair => new KeyValue { Key = pair.Key, Value = pair.Value })];
    }

    internal ParquetSchema Schema { get; }

    /// <summary>Starts a file. The stream need not seek.</summary>
    public static Task<ParquetWriter> CreateAsync(
        ParquetSchema schema, Stream output, ParquetOptions? options = null, bool append = false, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(output);
        return !output.CanWrite
            ? throw new ArgumentException("stream is not writeable", nameof(output))
            : append || options is { Append: true }
                ? throw new NotSupportedException("appending to a file is not supported")
                : Task.FromResult(new ParquetWriter(schema, output, options ?? new ParquetOptions()));
    }

    public ParquetRowGroupWriter CreateRowGroup()
    {
        RowGroup group = new();
        meta.RowGroups.Add(group);
        ParquetRowGroupWriter writer = new(this, group);
        groups.Add(writer);
        return writer;
    }

    public ValueTask DisposeAsync()
    {
        foreach (ParquetRowGroupWriter group in groups)
        {
            group.Dispose();
        }

        meta.NumRows = groups.Sum(g => (long)(g.RowCount ?? 0));
        ByteBuffer footer = new(4096);
        MetaWriter.File(meta, footer);
        footer.Int32(footer.Length);
        footer.Bytes(Magic);
        Stream.Write(footer.Span);
        Stream.Flush();
        return ValueTask.CompletedTask;
    }

    internal ColumnChunk Chunk(DataField field, int index, Func<ChunkWriter, ColumnChunk> write)
    {
        ChunkWriter chunk = new(Stream, position, options, field, meta.Schema[index + 1]);
        ColumnChunk written = write(chunk);
        position += chunk.Written;
        return written;
    }
}
