using System.Globalization;
using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>A score table as read.</summary>
/// <param name="Sums">Sums and counts of every unit.</param>
/// <param name="Metadata">What the file says of itself.</param>
/// <param name="Notes">What a person should know, such as costs that were not there; one sentence each.</param>
public sealed record ScoreFile(ScoreSums Sums, TableMetadata Metadata, Arr<string> Notes);

/// <summary><c>scores.parquet</c>: one row a unit, sorted by layer, heads before neurons, index (docs/formats.md).</summary>
/// <remarks>
/// <c>fisher_sum</c> and <c>taylor_sum</c> are the correctly rounded sums. Where a sum is not a double, <c>fisher_rest1</c>,
/// <c>fisher_rest2</c>, … (and <c>taylor_rest1</c>, …) hold the correctly rounded remainders, so that merging shards is exact and
/// independent of order and grouping.
/// </remarks>
public static class ScoreTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "scores/1";

    /// <summary>Writes a score table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sums">The table.</param>
    /// <param name="metadata">What the file says of itself; its shape is replaced by that of the sums.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, ScoreSums sums, TableMetadata metadata) => TableWriter.Write(
        path,
        (metadata with { Shape = sums.Shape }).Pairs(Format),
        [
            .. UnitKeys.Columns(sums.Shape),
            new OutputColumn.Doubles("fisher_sum", sums.Fisher.Rounded.ToArray()),
            new OutputColumn.Longs("fisher_count", sums.FisherCounts.ToArray()),
            new OutputColumn.Doubles("taylor_sum", sums.Taylor.Rounded.ToArray()),
            new OutputColumn.Longs("taylor_count", sums.TaylorCounts.ToArray()),
            .. Rests("fisher", sums.Fisher),
            .. Rests("taylor", sums.Taylor),
        ]);

    /// <summary>
    /// Reads a score table of Floe, or a user's own with <c>fisher</c> and perhaps <c>taylor</c> (means, which count as one sample and one
    /// batch). Rows and columns may come in any order, numbers in any width, columns nullable without nulls; further columns are left
    /// alone.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The table, or one error that names row and column: a wrong, missing or doubled unit, a score that is missing, NaN, infinite
    /// or negative.</returns>
    public static Either<FloeError, ScoreFile> Read(string path) => ParquetTable.Read(path, table =>
        from metadata in TableMetadata.Read(table, Format)
        from rows in UnitKeys.Read(table, metadata.Shape)
        from fisher in Scores(table, rows, "fisher", required: true)
        from taylor in Scores(table, rows, "taylor", required: false)
        from sums in ScoreSums.Create(rows.Shape, fisher.Sums, fisher.Counts, taylor.Sums, taylor.Counts).MapLeft(e => Placed(path, e))
        select new ScoreFile(sums, metadata with { Shape = rows.Shape }, toArray(Notes(table, taylor))));

    private static IEnumerable<string> Notes(ParquetTable table, ScoreColumn taylor)
    {
        if (!table.Has("fisher_sum"))
        {
            yield return $"{table.Path} holds means, which count as one sample and one batch";
        }

        if (System.Array.TrueForAll(taylor.Counts, count => count == 0))
        {
            yield return $"{table.Path} has no Taylor scores, so every unit costs 1";
        }
    }

    private static IEnumerable<OutputColumn> Rests(string name, SumColumn sums) => Enumerable.Range(1, sums.Parts - 1)
        .Select(part =>
            new OutputColumn.Doubles(string.Create(CultureInfo.InvariantCulture, $"{name}_rest{part}"), sums.Part(part).ToArray()));

    private static Either<FloeError, ScoreColumn> Scores(ParquetTable table, UnitRows rows, string name, bool required)
    {
        if (table.Has(name + "_sum"))
        {
            return from parts in Parts(table, rows, name)
                   from counts in table.Column(name + "_count")
                       .Bind(c => Numbers.Whole(table.Path, c))
                       .Bind(c => Counts(table.Path, name + "_count", c))
                   from sums in SumColumn.OfParts(name + "_sum", parts).MapLeft(e => Placed(table.Path, e))
                   select new ScoreColumn(sums, rows.Ordered(counts));
        }

        if (!required && !table.Has(name))
        {
            return new ScoreColumn(SumColumn.Zero(table.Rows), new long[table.Rows]);
        }

        return from means in Nonnegative(table, name)
               from sums in SumColumn.Of(name, rows.Ordered(means)).MapLeft(e => Placed(table.Path, e))
               select new ScoreColumn(sums, Ones(table.Rows));
    }

    private static Either<FloeError, List<ReadOnlyMemory<double>>> Parts(ParquetTable table, UnitRows rows, string name)
    {
        Either<FloeError, List<ReadOnlyMemory<double>>> parts = Nonnegative(table, name + "_sum")
            .Map(sums => new List<ReadOnlyMemory<double>> { rows.Ordered(sums) });
        for (int part = 1; table.Has(Rest(name, part)); part++)
        {
            string column = Rest(name, part);
            parts = from before in parts
                    from rest in table.Column(column).Bind(c => Numbers.Doubles(table.Path, c)).Bind(v => Finite(table.Path, column, v))
                    select new List<ReadOnlyMemory<double>>(before) { rows.Ordered(rest) };
        }

        return parts;
    }

    private static string Rest(string name, int part) => string.Create(CultureInfo.InvariantCulture, $"{name}_rest{part}");

    private static Either<FloeError, double[]> Nonnegative(ParquetTable table, string name) =>
        from column in table.Column(name)
        from _ in column.FirstMissing is >= 0 and var row ? Left<FloeError, Unit>(Numbers.Missing(table.Path, name, row)) : unit
        from values in Numbers.Doubles(table.Path, column).Bind(v => Finite(table.Path, name, v))
        from __ in System.Array.FindIndex(values, v => v < 0) is >= 0 and var negative
            ? Left<FloeError, Unit>(Bad(table.Path, name, negative, values[negative]))
            : unit
        select values;

    private static Either<FloeError, double[]> Finite(string path, string name, double[] values) =>
        System.Array.FindIndex(values, v => !double.IsFinite(v)) is >= 0 and var row
            ? Left<FloeError, double[]>(Bad(path, name, row, values[row]))
            : values;

    private static Either<FloeError, long[]> Counts(string path, string name, long[] counts) =>
        System.Array.FindIndex(counts, c => c < 0) is >= 0 and var row
        ? new FloeError.BadData(
            Numbers.Row(path, name, row), "a count of at least 0", counts[row].ToString(CultureInfo.InvariantCulture), "Correct the table.")
        : counts;

    private static FloeError.BadData Bad(string path, string name, int row, double found) => new FloeError.BadData(
        Numbers.Row(path, name, row), "a finite score of at least 0", found.ToString(
            "R", CultureInfo.InvariantCulture), "Collect the scores again, or correct the row.");

    private static FloeError Placed(string path, FloeError error) => error is FloeError.BadData bad
        ? bad with { Where = $"{path}, {bad.Where}" }
        : error;

    private static long[] Ones(int rows)
    {
        long[] ones = new long[rows];
        System.Array.Fill(ones, 1);
        return ones;
    }

    private sealed record ScoreColumn(SumColumn Sums, long[] Counts);
}
