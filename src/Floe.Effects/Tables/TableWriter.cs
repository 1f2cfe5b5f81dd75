using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Parquet;
using Parquet.Schema;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Writes a table whole or not at all: Snappy, required columns but for numbers that may be missing, same input, same bytes.</summary>
internal static class TableWriter
{
    /// <summary>Writes a table of one row group.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Key-value metadata, in the order it is stored.</param>
    /// <param name="columns">The columns, all of one length.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, IReadOnlyList<(string Key, string Value)> metadata, IReadOnlyList<OutputColumn> columns) =>
        Write(path, () => metadata, [columns]);

    /// <summary>Writes a table of several row groups of the same columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Key-value metadata, in the order it is stored; asked for after the last row group.</param>
    /// <param name="groups">At least one row group; a later one is asked for when those before it are written, so that only one is in memory.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string path, Func<IReadOnlyList<(string Key, string Value)>> metadata, IEnumerable<IReadOnlyList<OutputColumn>> groups) =>
        AtomicFile.Write(path, stream => Written(stream, metadata, groups).GetAwaiter().GetResult());

    private static async Task<Unit> Written(
        Stream stream, Func<IReadOnlyList<(string Key, string Value)>> metadata, IEnumerable<IReadOnlyList<OutputColumn>> groups)
    {
        ParquetWriter? writer = null;
        DataField[] fields = [];
        foreach (IReadOnlyList<OutputColumn> columns in groups)
        {
            if (writer is null)
            {
                fields = [.. columns.Select(Field)];
                writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields.Cast<Field>()), stream, Options(columns));
            }

            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int i = 0; i < columns.Count; i++)
            {
                await Column(group, fields[i], columns[i]);
            }
        }

        writer!.CustomMetadata = metadata().ToDictionary(pair => pair.Key, pair => pair.Value);
        await writer.DisposeAsync();
        return unit;
    }

    private static DataField Field(OutputColumn column) => column switch
    {
        OutputColumn.Integers => new DataField<int>(column.Name),
        OutputColumn.Longs => new DataField<long>(column.Name),
        OutputColumn.Doubles => new DataField<double>(column.Name),
        OutputColumn.OptionalDoubles => new DataField<double?>(column.Name),
        OutputColumn.Flags => new DataField<bool>(column.Name),
        OutputColumn.Texts => new DataField(column.Name, typeof(string), isNullable: false),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ParquetOptions Options(IReadOnlyList<OutputColumn> columns)
    {
        ParquetOptions options = new() { CompressionMethod = CompressionMethod.Snappy };
        foreach (OutputColumn column in columns)
        {
            EncodingHint hint = column switch
            {
                OutputColumn.Integers or OutputColumn.Longs => EncodingHint.DeltaBinaryPacked,
                OutputColumn.Texts => EncodingHint.Dictionary,
                _ => EncodingHint.Default,
            };
            options.ColumnEncodingHints[column.Name] = hint;
        }

        return options;
    }

    private static Task Column(ParquetRowGroupWriter group, DataField field, OutputColumn column) => column switch
    {
        OutputColumn.Integers c => group.WriteAsync<int>(field, c.Values),
        OutputColumn.Longs c => group.WriteAsync<long>(field, c.Values),
        OutputColumn.Doubles c => group.WriteAsync<double>(field, c.Values),
        OutputColumn.OptionalDoubles c => group.WriteAsync<double>(field, c.Values),
        OutputColumn.Flags c => group.WriteAsync<bool>(field, c.Values),
        OutputColumn.Texts c => group.WriteAsync(field, c.Values),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
