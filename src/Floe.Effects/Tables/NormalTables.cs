using System.Globalization;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>The stream that tuning equations were collected in (method §6).</summary>
public enum NormalStream
{
    /// <summary>Inputs of the stream whose earlier components carry their tuned masks; serves one set of masks.</summary>
    Student = 0,

    /// <summary>Inputs of the unmasked model (x′ = x); serves every budget.</summary>
    Teacher = 1,
}

/// <summary>The equations of one component of one layer.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Component">Heads or neurons.</param>
/// <param name="Equations">The sums.</param>
public sealed record NormalBlock(int Layer, Component Component, NormalEquations Equations);

/// <summary>
/// <c>normal.parquet</c>: <c>layer</c>, <c>component</c>, <c>row</c>, <c>column</c> (row ≤ column), <c>gram</c>, and <c>rhs</c> in the rows of the diagonal.
/// One row group a component, so that each can be read by itself; <c>floe.tokens</c> and <c>floe.target</c> (‖b‖²) have one number a row group.
/// </summary>
public static class NormalTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "normal/1";

    private const string TokensKey = "floe.tokens";
    private const string TargetKey = "floe.target";

    /// <summary>Writes equations as they are found, a row group a component; only one is in memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="collect">Hands over at least one block; its error leaves no file.</param>
    /// <param name="stream">The stream they were collected in, <c>floe.stream</c>.</param>
    /// <param name="ridge">λ that tuning should add, <c>floe.ridge</c>.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <returns>Unit, the collection's error, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string path, Func<Action<NormalBlock>, Either<FloeError, Unit>> collect, NormalStream stream, double ridge, TableMetadata metadata)
    {
        List<string> tokens = [], targets = [];
        return TableWriter.Write(
            path,
            () =>
            [
                .. metadata.Pairs(Format),
                ("floe.stream", stream == NormalStream.Teacher ? "teacher" : "student"),
                ("floe.ridge", Text(ridge)),
                (TokensKey, string.Join(' ', tokens)),
                (TargetKey, string.Join(' ', targets)),
            ],
            add => collect(block =>
            {
                tokens.Add(block.Equations.Tokens.ToString(CultureInfo.InvariantCulture));
                targets.Add(Text(block.Equations.Target));
                add(Columns(block));
            }));
    }

    /// <summary>Goes through the equations, block by block in the file's order; only one is in memory.</summary>
    /// <typeparam name="S">What is carried along.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="start">What it is before the first block.</param>
    /// <param name="step">What a block makes of it; its error ends the reading.</param>
    /// <returns>What the last block made of it, or the error that names column and row group.</returns>
    public static Either<FloeError, S> Fold<S>(string path, S start, Func<S, NormalBlock, Either<FloeError, S>> step) => ParquetTable.Read(path, table =>
        from _ in TableMetadata.Read(table, Format)
        from tokens in PerGroup(table, TokensKey, text => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))
        from targets in PerGroup(table, TargetKey, text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
        from end in Enumerable.Range(0, table.Groups).Fold(Right<FloeError, S>(start), (all, part) =>
            from before in all
            from block in Block(table, part, tokens[part], targets[part])
            from after in step(before, block)
            select after)
        select end);

    private static IReadOnlyList<OutputColumn> Columns(NormalBlock block)
    {
        int size = block.Equations.Size;
        int count = block.Equations.Gram.Length;
        (int[] layers, string[] components, int[] rows, int[] columns) = (new int[count], new string[count], new int[count], new int[count]);
        double?[] right = new double?[count];
        System.Array.Fill(layers, block.Layer);
        System.Array.Fill(components, block.Component == Component.Head ? UnitKeys.Head : UnitKeys.Neuron);
        for (int row = 0, at = 0; row < size; row++)
        {
            right[at] = block.Equations.Right[row];
            for (int column = row; column < size; column++, at++)
            {
                rows[at] = row;
                columns[at] = column;
            }
        }

        return
        [
            new OutputColumn.Integers("layer", layers), new OutputColumn.Texts("component", components),
            new OutputColumn.Integers("row", rows), new OutputColumn.Integers("column", columns),
            new OutputColumn.Doubles("gram", block.Equations.Gram.ToArray()), new OutputColumn.OptionalDoubles("rhs", right),
        ];
    }

    private static Either<FloeError, NormalBlock> Block(ParquetTable table, int part, long tokens, double target) =>
        from layer in One(table, "layer", part, c => Numbers.Whole(table.Path, c).Map(v => v.Select(l => (int)l).ToArray()))
        from name in One(table, "component", part, c => c.Values is string[] texts
            ? texts
            : Left<FloeError, string[]>(Damaged(table, part, "component", "texts")))
        let component = name == UnitKeys.Head ? Component.Head : Component.Neuron
        from equations in Equations(table, part, tokens, target)
        select new NormalBlock(layer, component, equations);

    private static Either<FloeError, NormalEquations> Equations(ParquetTable table, int part, long tokens, double target) =>
        from gram in table.Column("gram", part).Bind(c => Numbers.Doubles(table.Path, c))
        let size = (int)((Math.Sqrt((8.0 * gram.Length) + 1) - 1) / 2)
        from rows in table.Column("row", part).Bind(c => Numbers.Whole(table.Path, c))
        from columns in table.Column("column", part).Bind(c => Numbers.Whole(table.Path, c))
        from right in table.Column("rhs", part).Bind(c => Numbers.Doubles(table.Path, c))
        from diagonal in Diagonal(table, part, size, rows, columns, right)
        from equations in NormalEquations.Create(gram, diagonal, target, tokens)
        select equations;

    // The triangle row by row; the right side stands where a row begins.
    private static Either<FloeError, double[]> Diagonal(ParquetTable table, int part, int size, long[] rows, long[] columns, double[] right)
    {
        double[] diagonal = new double[size];
        int at = 0;
        for (int row = 0; row < size; row++)
        {
            diagonal[row] = right[at];
            for (int column = row; column < size; column++, at++)
            {
                if (rows[at] != row || columns[at] != column)
                {
                    return Damaged(table, part, "row", $"row {row}, column {column} in row {at} of the row group");
                }
            }
        }

        return at == rows.Length ? diagonal : Damaged(table, part, "row", "the upper triangle of a square");
    }

    private static Either<FloeError, T> One<T>(ParquetTable table, string name, int part, Func<ColumnValues, Either<FloeError, T[]>> read) =>
        table.Column(name, part).Bind(read).Bind(values => values.Length > 0 && System.Array.TrueForAll(values, v => Equals(v, values[0]))
            ? Right<FloeError, T>(values[0])
            : Damaged(table, part, name, "one layer and component a row group"));

    private static Either<FloeError, T[]> PerGroup<T>(ParquetTable table, string key, Func<string, T> parse)
    {
        string text = table.Metadata.TryGetValue(key, out string? found) ? found : "";
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return parts.Length == table.Groups
                ? System.Array.ConvertAll(parts, part => parse(part))
                : new FloeError.BadData($"{table.Path}, metadata {key}", $"{table.Groups} numbers, one a row group", $"{parts.Length}", "Collect the equations again.");
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            return new FloeError.BadData($"{table.Path}, metadata {key}", "numbers", text, "Collect the equations again.");
        }
    }

    private static FloeError.BadData Damaged(ParquetTable table, int part, string column, string expected) =>
        new($"{table.Path}, column `{column}`, row group {part}", expected, "something else", "Collect the equations again.");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
