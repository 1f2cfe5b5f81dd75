using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Tables.Guard;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>What a Parquet file says of one column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The .NET type of a value, or what kind of nested column it is.</param>
/// <param name="IsNullable">Whether rows may be without a value.</param>
/// <param name="IsNested">Whether it is a list, map or struct, which Floe does not read.</param>
internal sealed record TableColumn(string Name, string Type, bool IsNullable, bool IsNested);

/// <summary>
/// An opened Parquet file: its columns, its metadata and a way to read one column. Exists inside <see cref="Read{T}"/> only.
/// </summary>
internal sealed class ParquetTable
{
    private readonly Stream file;
    private readonly AdmittedStream admitted;
    private readonly TableLayout layout;
    private readonly Library library;

    private ParquetTable(string path, Stream file)
    {
        (Path, this.file, admitted) = (path, file, new AdmittedStream(file.Length));
        layout = Footer.Read(file, admitted);
        library = Library.Open(admitted, layout);
        Columns = layout.Columns.Map(column => column.Flat >= 0
            ? new TableColumn(column.Name, ColumnReader.TypeOf(layout.Leaves[column.Flat]), column.IsNullable, IsNested: false)
            : new TableColumn(column.Name, column.Kind, column.IsNullable, IsNested: true));
        Rows = checked((int)layout.Groups.Sum(group => group.Rows));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its columns in the file's order.</summary>
    public Arr<TableColumn> Columns { get; }

    /// <summary>Its key-value metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => layout.Metadata;

    /// <summary>Rows of all row groups.</summary>
    public int Rows { get; }

    /// <summary>Number of row groups.</summary>
    public int Groups => layout.Groups.Length;

    /// <summary>Opens a file, hands it to <paramref name="use"/> and closes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">Reads what it needs.</param>
    /// <typeparam name="T">What the reader makes of it.</typeparam>
    /// <returns>What <paramref name="use"/> answers, or why the file cannot be read.</returns>
    public static Either<FloeError, T> Read<T>(string path, Func<ParquetTable, Either<FloeError, T>> use) =>
        PathKinds.Of(path) is var kind && kind is not (PathKind.File or PathKind.Missing)
            ? RandomFile.Refused(path, kind)
            : FileErrors.Try(path, "read the table", () =>
            {
                using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
                return ForeignFile.Named(
                    path, FileForm.Parquet, TableErrors.Try(() => new TableErrors.Place(path), () => new ParquetTable(path, stream)))
                        .Bind(use);
            });

    /// <summary>Whether a column of that name is there.</summary>
    /// <param name="name">The name, case and all.</param>
    /// <returns>True where it is.</returns>
    public bool Has(string name) => Columns.Exists(column => column.Name == name);

    /// <summary>Reads one flat column.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its values, or the error: a missing, nested or damaged column, one whose name is another's too, a codec or an encoding that
    /// is not there.</returns>
    public Either<FloeError, ColumnValues> Column(string name) => Place(name).Bind(Column);

    /// <summary>Reads one flat column of one row group, for tables whose row groups are parts of their own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="group">The row group, from 0.</param>
    /// <returns>Its values, or the error.</returns>
    public Either<FloeError, ColumnValues> Column(string name, int group) => Place(name).Bind(index => Column(index, group..(group + 1)));

    /// <summary>Reads one flat column by its place.</summary>
    /// <param name="index">Its place in <see cref="Columns"/>.</param>
    /// <returns>Its values, or the error.</returns>
    public Either<FloeError, ColumnValues> Column(int index) => Column(index, ..);

    private Either<FloeError, int> Place(string name) => Columns.ToList().FindIndex(column => column.Name == name) is >= 0 and var index
        ? index
        : new FloeError.BadData(
            Path, $"a column `{name}`", $"columns {string.Join(", ", Columns.Map(c => $"`{c.Name}`"))}",
                "Name the column as docs/formats.md does.");

    private Either<FloeError, ColumnValues> Column(int index, Range groups)
    {
        (string where, int leaf) = ($"{Path}, column `{Columns[index].Name}`", layout.Columns[index].Flat);
        if (leaf < 0)
        {
            return new FloeError.Unsupported(
                where, $"a nested column ({Columns[index].Type})", "flat columns", "Remove or flatten the column.");
        }

        if (!Library.IsReadable(layout, leaf))
        {
            return new FloeError.Unsupported(
                where, "a column without a name, or with that of another", "columns of different names", "Rename the column.");
        }

        ChunkSource source = new(file, admitted, library, layout, leaf, groups);
        return TableErrors.Try(
            () => new TableErrors.Place(Path, Columns[index].Name, Groups > 1 ? source.Current : null), () => ColumnReader.Read(source));
    }
}
