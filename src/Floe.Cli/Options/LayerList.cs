using System.Globalization;
using Floe.Domain;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>Reads <c>--layers</c>.</summary>
internal static class LayerList
{
    /// <summary>The layers meant by <c>all</c> (or nothing), a list such as <c>0,4,9-12</c>, or a layers.parquet whose selected layers are
    /// meant.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="layers">Number of layers of the model.</param>
    /// <param name="others">What the layers are of, such as <c>--model</c>.</param>
    /// <param name="theirs">What that says of itself; asked for a layers.parquet only.</param>
    public static Either<FloeError, Arr<int>> Of(string? typed, int layers, string others, Func<Either<FloeError, TableMetadata>> theirs) =>
        typed switch
    {
        null or "all" => toArray(Enumerable.Range(0, layers)),
        _ when File.Exists(typed) =>
            from file in LayerTables.Read(typed)
            from known in theirs()
            from same in Origins.SameModel(typed, file.Metadata, others, known, "Give the layers that were chosen for this model.")
            from fits in file.Rows.Count == layers
                ? Right<FloeError, LanguageExt.Unit>(LanguageExt.Unit.Default)
                : new FloeError.BadData(
                    typed, $"the {layers} layers of {others}", $"{file.Rows.Count}", "Give the layers that were chosen for this model.")
            select file.Selected,
        _ => typed.Split(',').Fold(Right<FloeError, Arr<int>>(Arr<int>.Empty), (all, part) =>
                from before in all
                from range in Range(part, layers)
                select before + range)
            .Map(list => toArray(list.AsEnumerable().Distinct().Order())),
    };

    private static Either<FloeError, Arr<int>> Range(string part, int layers)
    {
        string[] ends = part.Split('-');
        return ends.Length <= 2 && Number(ends[0], layers) is { } first && Number(ends[^1], layers) is { } last && first <= last
            ? toArray(Enumerable.Range(first, last - first + 1))
            : new FloeError.Usage(
                "--layers", $"all, layers from 0 to {layers - 1} such as 0,4,9-12, or a layers.parquet", part, "Correct the list.");
    }

    private static int? Number(string text, int layers) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int layer) && layer < layers ? layer : null;
}
