using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Parquet;
using Parquet.Schema;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Writes a table whole or not at all: Snappy, required columns but for numbers that may be missing, same input, same
/// bytes.</summary>
internal static class TableWriter
{
    /// <summary>Writes a table of one row group.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Key-value metadata, in the order it is stored.</param>
    /// <param name="columns">The columns, all of one length.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string path, IReadOnlyList<(string Key, string Value)> metadata, IReadOnlyList<OutputColumn> columns) =>
        Write(path, () => metadata, add =>
        {
            add(columns);
            return unit;
        });

    /// <summary>Writes a table of several row groups of the same columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Key-value metadata, in the order it is stored; asked for after the last row group.</param>
    /// <param name="produce">Adds at least one row group. Each is on its way to the disk when the call that adds it returns, so that only
    /// one is in memory; an error leaves no file.</param>
    /// <returns>Unit, the producer's error, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string path,
        Func<IReadOnlyList<(string Key, string Value)>> metadata,
        Func<Action<IReadOnlyList<OutputColumn>>, Either<FloeError, Unit>> produce) => AtomicFile.Write(path, stream =>
        {
            ParquetWriter? writer = null;
            DataField[] fields = [];
            return produce(columns =>
            {
                if (writer is null)
                {
                    fields = [.. columns.Select(Field)];
                    writer = ParquetWriter.CreateAsync(new ParquetSchema(fields.Cast<Field>()), stream, Options(columns))
                        .GetAwaiter()
                        .GetResult();
                }

                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < columns.Count; i++)
                {
                    Column(group, fields[i], columns[i]).GetAwaiter().GetResult();
                }
            }).Bind<Unit>(_ =>
            {
                if (writer is null)
                {
                    return new FloeError.BadData(path, "at least one row group", "none", "Give what the table is to hold.");
                }

                writer.CustomMetadata = metadata().ToDictionary(pair => pair.Key, pair => pair.Value);
                writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
                return unit;
            });
        });

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
