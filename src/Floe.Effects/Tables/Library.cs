using Floe.Effects.Tables.Guard;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Floe.Effects.Tables;

/// <summary>
/// The border to Parquet.Net when reading: opens what the guard has gone over, and reads stored values of one column in one row group. What
/// a value means is left to <see cref="ColumnReader"/>: the library reads some meanings in another way than the format defines them, and a
/// text that is not UTF-8 as another.
/// </summary>
internal sealed class Library
{
    private readonly ParquetReader reader;
    private readonly Dictionary<int, DataField> fields = [];

    private Library(ParquetReader reader) => this.reader = reader;

    /// <summary>Opens a file.</summary>
    /// <param name="file">What the guard admitted of it.</param>
    /// <param name="layout">What the guard read of it.</param>
    /// <returns>The opened file.</returns>
    public static Library Open(AdmittedStream file, TableLayout layout)
    {
        ParquetReader reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
        FileMetaData metadata = reader.Metadata!;
        TableFault.Unless(Agrees(metadata, layout), "metadata of known fields", "fields that make it ambiguous");
        Library library = new(reader);
        int[] flat = [.. Enumerable.Range(0, layout.Leaves.Length).Where(i => IsReadable(layout, i))];
        if (flat.Length > 0)
        {
            library.Flatten(metadata, layout, flat);
        }

        return library;
    }

    /// <summary>
    /// Whether the library can tell a flat column from the others: it finds values by a column's name, with those of the groups around it
    /// and without empty ones.
    /// </summary>
    /// <param name="layout">What the guard read of the file.</param>
    /// <param name="leaf">The column.</param>
    /// <returns>False where the name is empty or another column's too.</returns>
    public static bool IsReadable(TableLayout layout, int leaf)
    {
        string[] name = [layout.Leaves[leaf].Path[0]];
        return layout.Leaves[leaf].IsFlat && name[0].Length > 0
            && layout.Leaves.Count(other => name.SequenceEqual([.. other.Path.AsEnumerable().Where(part => part.Length > 0)])) == 1;
    }

    /// <summary>Reads the stored values of a column that the guard admitted.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="leaf">The column.</param>
    /// <param name="values">Takes the values that are there, one after the other.</param>
    /// <param name="levels">Takes 1 for each row with a value and 0 for one without; null for a column that is never without.</param>
    /// <typeparam name="T">The library's type of stored values.</typeparam>
    public void Read<T>(int group, int leaf, Memory<T> values, int[]? levels)
        where T : struct =>
        reader.RowGroups[group]
            .ReadRawAsync(fields[leaf], values, levels is null ? (Memory<int>?)null : levels.AsMemory(), null)
            .AsTask()
            .GetAwaiter()
            .GetResult();

    private static bool Agrees(FileMetaData metadata, TableLayout layout) =>
        metadata.RowGroups.Count == layout.Groups.Length
        && metadata.RowGroups.Zip(layout.Groups, (found, group) =>
            found.NumRows == group.Rows
            && found.Columns.Count == group.Chunks.Length
            && found.Columns.Zip(group.Chunks, Agrees).All(same => same)).All(same => same);

    private static bool Agrees(ColumnChunk found, ChunkPlace chunk) =>
        found.MetaData is { } column
        && column.NumValues == chunk.Values
        && column.Codec == chunk.Codec
        && column.TotalCompressedSize == chunk.Length
        && column.PathInSchema.SequenceEqual(chunk.Path);

    private static bool Agrees(SchemaElement found, Leaf leaf) =>
        found.Type == leaf.Type
        && found.Name == leaf.Path[^1]
        && (found.TypeLength ?? 0) == leaf.Length
        && found.RepetitionType == FieldRepetitionType.OPTIONAL == leaf.IsNullable;

    // The schema without groups and meanings, so that a column's field is of its stored type; the library's own statistics are never asked
    // for.
    private void Flatten(FileMetaData metadata, TableLayout layout, int[] flat)
    {
        SchemaElement[] stored = [.. metadata.Schema.Where(element => element.Type is not null)];
        TableFault.Unless(
            stored.Length == layout.Leaves.Length && stored.Zip(layout.Leaves, Agrees).All(same => same),
            "metadata of known fields",
            "fields that make it ambiguous");
        SchemaElement root = metadata.Schema[0];
        root.NumChildren = flat.Length;
        metadata.Schema = [root, .. flat.Select(i => stored[i])];
        foreach (SchemaElement element in metadata.Schema)
        {
            (element.LogicalType, element.ConvertedType) = (null, null);
        }

        foreach (ColumnChunk chunk in metadata.RowGroups.SelectMany(group => group.Columns))
        {
            chunk.MetaData!.Statistics = null;
        }

        DataField[] found = reader.Schema.DataFields;
        for (int i = 0; i < flat.Length; i++)
        {
            fields.Add(flat[i], found[i]);
        }
    }
}
