using System.Globalization;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>What the search for masks spent and kept; the metadata of <c>masks.parquet</c>.</summary>
/// <param name="Budget">C, <c>floe.budget</c>.</param>
/// <param name="Cost">Σ t over the kept units, <c>floe.cost</c>.</param>
/// <param name="KeptFisher">Σ τ over the kept units, <c>floe.kept_fisher</c>.</param>
/// <param name="Bound">No mask within the budget keeps more, <c>floe.bound</c>.</param>
/// <param name="Swaps">Exchanges of refinement, <c>floe.swaps</c>.</param>
public sealed record MaskSummary(double Budget, double Cost, double KeptFisher, double Bound, int Swaps)
{
    /// <summary>The summary of a search.</summary>
    /// <param name="search">The search.</param>
    /// <returns>Its numbers.</returns>
    public static MaskSummary Of(MaskSearch search) =>
        new(search.Budget, search.Cost, search.KeptFisher, search.Certificate.Upper, search.Refinement.Swaps.Count);
}

/// <summary>Masks as read.</summary>
/// <param name="Masks">Kept units, mask values, and per component whether they are tuned.</param>
/// <param name="Refined">Whether refinement followed determination.</param>
/// <param name="Summary">What the search spent, where the file says it.</param>
/// <param name="Metadata">What the file says of itself.</param>
public sealed record MaskFile(UnitMasks Masks, bool Refined, Option<MaskSummary> Summary, TableMetadata Metadata);

/// <summary><c>masks.parquet</c>: one row a unit in the order of <c>scores.parquet</c>, with <c>kept</c>, <c>mask</c> and
/// <c>stage</c>.</summary>
public static class MaskTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "masks/1";

    private const string Determination = "determination";
    private const string Refinement = "refinement";
    private const string Tuning = "tuning";

    /// <summary>Writes masks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">The masks; <c>stage</c> is <c>tuning</c> in the rows of tuned components.</param>
    /// <param name="refined">Whether refinement followed determination: <c>stage</c> of the other rows.</param>
    /// <param name="summary">What the search spent and kept.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, UnitMasks masks, bool refined, MaskSummary summary, TableMetadata metadata) =>
        TableWriter.Write(
        path,
        [
            .. (metadata with { Shape = masks.Shape }).Pairs(Format),
            ("floe.budget", Text(summary.Budget)),
            ("floe.cost", Text(summary.Cost)),
            ("floe.kept_fisher", Text(summary.KeptFisher)),
            ("floe.bound", Text(summary.Bound)),
            ("floe.swaps", summary.Swaps.ToString(CultureInfo.InvariantCulture)),
            (TuningJson.Key, TuningJson.Write(masks)),
        ],
        [
            .. UnitKeys.Columns(masks.Shape),
            new OutputColumn.Flags("kept", masks.Binary.Kept.ToArray()),
            new OutputColumn.Doubles("mask", masks.Values.ToArray()),
            new OutputColumn.Texts("stage", Stages(masks, refined ? Refinement : Determination)),
        ]);

    /// <summary>Reads masks.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The masks, or one error that names row and column.</returns>
    public static Either<FloeError, MaskFile> Read(string path) => ParquetTable.Read(path, table =>
        from metadata in TableMetadata.Read(table, Format)
        from rows in UnitKeys.Read(table, metadata.Shape)
        from kept in table.Column("kept").Bind(c => Flags(table.Path, c))
        from values in table.Column("mask").Bind(c => Values(table.Path, c, kept))
        from stage in table.Column("stage").Bind(c => Stage(table.Path, c))
        from binary in BinaryMasks.Create(rows.Shape, rows.Ordered(kept))
        from tuning in TuningJson.Read(table, rows.Shape)
        from masks in Tuned(binary, rows.Ordered(values), tuning)
        select new MaskFile(masks, stage, Summary(table), metadata with { Shape = rows.Shape }));

    private static Either<FloeError, UnitMasks> Tuned(BinaryMasks binary, double[] values, IReadOnlyList<TuningStatus> tuning)
    {
        Either<FloeError, UnitMasks> masks = UnitMasks.Untuned(binary);
        for (int i = 0; i < tuning.Count; i++)
        {
            (int layer, Component component) = (i / 2, (Component)(i % 2));
            ModelShape shape = binary.Shape;
            int start = shape.IndexOf(new UnitId(layer, component, 0));
            int count = component == Component.Head ? shape.Heads : shape.Neurons;
            masks = masks.Bind(m => m.With(layer, component, values.AsSpan(start, count), tuning[(2 * layer) + (int)component]));
        }

        return masks;
    }

    private static string[] Stages(UnitMasks masks, string searched)
    {
        string[] stages = new string[masks.Shape.Units];
        System.Array.Fill(stages, searched);
        for (int layer = 0; layer < masks.Shape.Layers; layer++)
        {
            int start = layer * masks.Shape.UnitsPerLayer;
            if (masks.Status(layer, Component.Head) is TuningStatus.Tuned)
            {
                stages.AsSpan(start, masks.Shape.Heads).Fill(Tuning);
            }

            if (masks.Status(layer, Component.Neuron) is TuningStatus.Tuned)
            {
                stages.AsSpan(start + masks.Shape.Heads, masks.Shape.Neurons).Fill(Tuning);
            }
        }

        return stages;
    }

    private static Either<FloeError, bool[]> Flags(string path, ColumnValues column) => column switch
    {
        { FirstMissing: >= 0 and var row } => Left<FloeError, bool[]>(Numbers.Missing(path, column.Name, row)),
        { Values: bool[] flags } => flags,
        _ =>
            new FloeError.BadData(
                $"{path}, column `{column.Name}`", "true or false", column.Values.GetType()
                    .GetElementType()!.Name, "Store the column as boolean."),
    };

    private static Either<FloeError, double[]> Values(string path, ColumnValues column, bool[] kept) =>
        Numbers.Doubles(path, column).Bind(values =>
        System.Array.FindIndex(values, v => !double.IsFinite(v)) is >= 0 and var row
            ? new FloeError.BadData(Numbers.Row(path, column.Name, row), "a finite mask", Text(values[row]), "Write the masks again.")
            : Enumerable.Range(0, values.Length).Where(r => !kept[r] && values[r] != 0).Select(r => (int?)r).FirstOrDefault() is { } masked
                ? new FloeError.BadData(
                    Numbers.Row(path, column.Name, masked), "0, since the unit is not kept", Text(values[masked]), "Write the masks again.")
                : Right<FloeError, double[]>(values));

    private static Either<FloeError, bool> Stage(string path, ColumnValues column)
    {
        if (column.Values is not string?[] stages)
        {
            return new FloeError.BadData(
                $"{path}, column `stage`", "a text", column.Values.GetType().GetElementType()!.Name, "Write the masks again.");
        }

        int wrong = System.Array.FindIndex(stages, s => s is not (Determination or Refinement or Tuning));
        return wrong >= 0
            ? new FloeError.BadData(
                Numbers.Row(path, "stage", wrong), $"`{Determination}`, `{Refinement}` or `{Tuning}`", stages[wrong] is { } found
                    ? $"`{found}`"
                    : "null", "Correct the row.")
            : System.Array.IndexOf(stages, Determination) < 0;
    }

    private static Option<MaskSummary> Summary(ParquetTable table) =>
        from budget in Number(table, "floe.budget")
        from cost in Number(table, "floe.cost")
        from kept in Number(table, "floe.kept_fisher")
        from bound in Number(table, "floe.bound")
        from swaps in Number(table, "floe.swaps")
        select new MaskSummary(budget, cost, kept, bound, (int)swaps);

    private static Option<double> Number(ParquetTable table, string key) =>
        table.Metadata.TryGetValue(key, out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double value)
            ? Some(value)
            : None;

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
