using System.Globalization;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>The equations of one component of one layer.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Component">Heads or neurons.</param>
/// <param name="Equations">The sums.</param>
internal sealed record NormalBlock(int Layer, Component Component, NormalEquations Equations);

/// <summary>
/// <c>normal.parquet</c>: <c>layer</c>, <c>component</c>, <c>row</c>, <c>column</c> (row ≤ column), <c>gram</c>, and <c>rhs</c> in the rows
/// of the diagonal. One row group a component, so that each can be read by itself; <c>floe.tokens</c> and <c>floe.target</c> (‖b‖²) have
/// one number a row group.
/// </summary>
internal static class NormalTables
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
                (NormalHeader.StreamKey, NormalHeader.Word(stream)),
                (NormalHeader.RidgeKey, Text(ridge)),
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

    /// <summary>
    /// Goes through the equations, block by block in the file's order; only one is in memory. The file must hold every component of the
    /// model, heads and neurons of every layer, exactly once.
    /// </summary>
    /// <typeparam name="S">What is carried along.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="shape">The model whose equations they must be.</param>
    /// <param name="begin">Looks at what the file says of itself, and answers what is carried before the first block.</param>
    /// <param name="step">What a block makes of it; its error ends the reading.</param>
    /// <returns>What the last block made of it, or the error that names column and row group.</returns>
    public static Either<FloeError, S> Fold<S>(
        string path, ModelShape shape, Func<NormalHeader, Either<FloeError, S>> begin, Func<S, NormalBlock, Either<FloeError, S>> step) =>
        ParquetTable.Read(path, table =>
            from header in NormalHeader.Read(table)
            from start in begin(header)
            from tokens in PerGroup(table, TokensKey, text => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))
            from targets in PerGroup(table, TargetKey, text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
            from end in Enumerable.Range(0, table.Groups)
                .Fold(Right<FloeError, (S Carried, NormalPlaces Places)>((start, NormalPlaces.None)), (all, part) =>
                from before in all
                from place in NormalBlocks.Place(table, shape, part)
                from places in before.Places.Add(table, part, place)
                from block in NormalBlocks.Read(table, shape, part, place, tokens[part], targets[part])
                from after in step(before.Carried, block)
                select (after, places))
            from whole in end.Places.Whole(table, shape)
            select end.Carried);

    private static IReadOnlyList<OutputColumn> Columns(NormalBlock block)
    {
        int size = block.Equations.Size;
        int count = block.Equations.Gram.Length;
        (int[] layers, string[] components, int[] rows, int[] columns) = (
            new int[count], new string[count], new int[count], new int[count]);
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

    private static Either<FloeError, T[]> PerGroup<T>(ParquetTable table, string key, Func<string, T> parse)
    {
        string text = table.Metadata.TryGetValue(key, out string? found) ? found : "";
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return parts.Length == table.Groups
                ? System.Array.ConvertAll(parts, part => parse(part))
                : new FloeError.BadData(
                    $"{table.Path}, metadata {key}", $"{table.Groups} numbers, one a row group", $"{parts.Length}",
                        "Collect the equations again.");
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            return new FloeError.BadData($"{table.Path}, metadata {key}", "numbers", text, "Collect the equations again.");
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
