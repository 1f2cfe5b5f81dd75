using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Parquet;
using Parquet.Schema;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>What a Parquet file says of one column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The .NET type of a value, or what kind of nested column it is.</param>
/// <param name="IsNullable">Whether rows may be without a value.</param>
/// <param name="IsNested">Whether it is a list, map or struct, which Floe does not read.</param>
public sealed record TableColumn(string Name, string Type, bool IsNullable, bool IsNested);

/// <summary>
/// An opened Parquet file: its columns, its metadata and a way to read one column. Exists inside <see cref="Read{T}"/> only.
/// </summary>
public sealed class ParquetTable
{
    // Run lengths let one byte stand for many rows. A table whose rows differ needs far more than a byte for so many, so a larger claim is damage.
    private const long FreeRows = 1 << 20;
    private const long RowsPerByte = 4096;
    private readonly ParquetReader reader;
    private readonly Field[] fields;

    private ParquetTable(string path, ParquetReader reader)
    {
        Path = path;
        this.reader = reader;
        fields = [.. reader.Schema.Fields];
        Columns = toArray(fields.Select(Describe));
        Metadata = reader.CustomMetadata;
        Rows = checked((int)reader.RowGroups.Sum(group => group.RowCount));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its columns in the file's order.</summary>
    public Arr<TableColumn> Columns { get; }

    /// <summary>Its key-value metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Rows of all row groups.</summary>
    public int Rows { get; }

    /// <summary>Number of row groups.</summary>
    public int Groups => reader.RowGroupCount;

    /// <summary>Opens a file, hands it to <paramref name="use"/> and closes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">Reads what it needs.</param>
    /// <typeparam name="T">What the reader makes of it.</typeparam>
    /// <returns>What <paramref name="use"/> answers, or why the file cannot be read.</returns>
    public static Either<FloeError, T> Read<T>(string path, Func<ParquetTable, Either<FloeError, T>> use) =>
        FileErrors.Try(path, "read the table", () =>
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return Magic(path, stream).Bind(_ => Open(path, stream)).Bind(use);
        });

    /// <summary>Whether a column of that name is there.</summary>
    /// <param name="name">The name, case and all.</param>
    /// <returns>True where it is.</returns>
    public bool Has(string name) => Columns.Exists(column => column.Name == name);

    /// <summary>Reads one flat column.</summary>
    /// <param name="name">Its name; of several columns with one name the first is read.</param>
    /// <returns>Its values, or the error: a missing, nested or damaged column, a codec that is not there.</returns>
    public Either<FloeError, ColumnValues> Column(string name) =>
        System.Array.FindIndex(fields, field => field.Name == name) is >= 0 and var index
            ? Column(index)
            : new FloeError.BadData(Path, $"a column `{name}`", $"columns {string.Join(", ", Columns.Map(c => $"`{c.Name}`"))}", "Name the column as docs/formats.md does.");

    /// <summary>Reads one flat column of one row group, for tables whose row groups are parts of their own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="group">The row group, from 0.</param>
    /// <returns>Its values, or the error.</returns>
    public Either<FloeError, ColumnValues> Column(string name, int group) =>
        System.Array.FindIndex(fields, field => field.Name == name) is >= 0 and var index
            ? Column(index, [reader.RowGroups[group]])
            : Column(name);

    /// <summary>Reads one flat column by its place.</summary>
    /// <param name="index">Its place in <see cref="Columns"/>.</param>
    /// <returns>Its values, or the error.</returns>
    public Either<FloeError, ColumnValues> Column(int index) => Column(index, reader.RowGroups);

    private Either<FloeError, ColumnValues> Column(int index, IReadOnlyList<ParquetRowGroupReader> groups) => fields[index] is DataField field && !Columns[index].IsNested
        ? ColumnReader.Read(Path, groups, field)
        : new FloeError.Unsupported(
            $"{Path}, column `{Columns[index].Name}`", $"a nested column ({Columns[index].Type})", "flat columns", "Remove or flatten the column.");

    private static TableColumn Describe(Field field) => field is DataField data
        ? new TableColumn(field.Name, data.ClrType.Name, data.IsNullable, data.IsArray || data.MaxRepetitionLevel > 0)
        : new TableColumn(field.Name, field.SchemaType.ToString(), field.IsNullable, IsNested: true);

    private static Either<FloeError, Unit> Magic(string path, FileStream stream)
    {
        Span<byte> ends = stackalloc byte[8];
        if (stream.Length >= 12)
        {
            stream.ReadExactly(ends[..4]);
            stream.Seek(-4, SeekOrigin.End);
            stream.ReadExactly(ends[4..]);
        }

        if (ends[4..].SequenceEqual("PARE"u8))
        {
            return new FloeError.Unsupported(path, "an encrypted Parquet file", "Parquet files without encryption", "Decrypt the file.");
        }

        return ends.SequenceEqual("PAR1PAR1"u8)
            ? unit
            : new FloeError.BadData(path, "a Parquet file, which starts and ends with PAR1", $"{stream.Length} bytes that do not", "Check the path, or copy the file again.");
    }

    private static Either<FloeError, ParquetTable> Open(string path, FileStream stream)
    {
        TableErrors.Place place = new(path);
        return TableErrors.Try(place, () => ParquetReader.CreateAsync(stream).GetAwaiter().GetResult())
            .Bind(reader => Claimed(path, reader, stream.Length))
            .Bind(reader => TableErrors.Try(place, () => new ParquetTable(path, reader)));
    }

    private static Either<FloeError, ParquetReader> Claimed(string path, ParquetReader reader, long length)
    {
        long most = FreeRows + (RowsPerByte * length);
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            if (group.RowCount < 0 || (most -= group.RowCount) < 0)
            {
                return new FloeError.BadData(path, "a plausible number of rows", $"{group.RowCount} rows claimed by a file of {length} bytes", "Write the file again.");
            }
        }

        return reader;
    }
}
