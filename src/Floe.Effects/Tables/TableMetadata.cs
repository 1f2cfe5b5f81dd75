using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>
/// What a table says of itself in the file's key-value metadata. No time, host or path, so that the same input gives the same bytes.
/// </summary>
/// <param name="Shape">The model's shape, <c>floe.shape</c>; a width that is not known is 0.</param>
/// <param name="Seed">The run's seed, <c>floe.seed</c>.</param>
/// <param name="Model">The model, <c>floe.model</c> and <c>floe.config</c>.</param>
/// <param name="Data">SHA-256 of the text, <c>floe.data</c>.</param>
/// <param name="Adapter">The adapter that the model carried, <c>floe.adapter</c>.</param>
public sealed record TableMetadata(
    Option<ModelShape> Shape = default,
    Option<long> Seed = default,
    Option<ModelIdentity> Model = default,
    Option<string> Data = default,
    Option<string> Adapter = default)
{
    /// <summary>The budget ρ that a table of a law's counter-example is asked with, <c>floe.rho</c>.</summary>
    public Option<double> Rho { get; init; }

    /// <summary>Metadata of a table of which nothing is known but the shape.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <returns>The metadata.</returns>
    public static TableMetadata Of(ModelShape shape) => new(Shape: shape);

    /// <summary>Name and version of the tool, <c>floe.tool</c>.</summary>
    public static string Tool { get; } = $"floe {typeof(TableMetadata).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The pairs as they are stored, in a fixed order.</summary>
    /// <param name="format">Name and version of the format, such as <c>scores/1</c>.</param>
    /// <returns>Keys and values; what is not known is left out.</returns>
    internal IReadOnlyList<(string Key, string Value)> Pairs(string format) =>
    [
        ("floe.format", format),
        ("floe.tool", Tool),
        .. Seed.Map(seed => ("floe.seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        .. Model.Match(Some: model => model.Pairs, None: () => []),
        .. Data.Map(data => ("floe.data", data)),
        .. Adapter.Map(adapter => ("floe.adapter", adapter)),
        .. Shape.Map(shape => ("floe.shape", ShapeJson.Write(shape))),
        .. Rho.Map(rho => ("floe.rho", rho.ToString("R", System.Globalization.CultureInfo.InvariantCulture))),
    ];

    /// <summary>The metadata of a table of any format.</summary>
    /// <param name="path">The file.</param>
    internal static Either<FloeError, TableMetadata> OfFile(string path) =>
        ParquetTable.Read(path, table => Read(table, Find(table, "floe.format").IfNone("")));

    /// <summary>The metadata of an opened table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="format">The format it should have; a table without <c>floe.format</c> is a user's own and has any.</param>
    /// <returns>The metadata, or the error: another format, a newer version, a damaged shape or seed.</returns>
    internal static Either<FloeError, TableMetadata> Read(ParquetTable table, string format) =>
        from _ in Format(table, format)
        from seed in SeedOf(table)
        from shape in table.Metadata.TryGetValue("floe.shape", out string? json)
            ? ShapeJson.Read($"{table.Path}, metadata floe.shape", json).Map(Some)
            : Right<FloeError, Option<ModelShape>>(None)
        from rho in RhoOf(table)
        select new TableMetadata(shape, seed, Identity(table), Find(table, "floe.data"), Find(table, "floe.adapter")) { Rho = rho };

    private static Option<string> Find(ParquetTable table, string key) => table.Metadata.TryGetValue(key, out string? value)
        ? Some(value)
        : None;

    private static Option<ModelIdentity> Identity(ParquetTable table) =>
        Find(table, ModelIdentity.ModelKey).Map(text => ModelIdentity.Parse(text, Find(table, ModelIdentity.ConfigurationKey)));

    private static Either<FloeError, Unit> Format(ParquetTable table, string format)
    {
        if (!table.Metadata.TryGetValue("floe.format", out string? found) || found == format)
        {
            return unit;
        }

        string where = $"{table.Path}, metadata floe.format";
        return found.Split('/')[0] == format.Split('/')[0]
            ? new FloeError.Unsupported(where, $"version {found}", format, "Use a newer Floe, or write the table again with this one.")
            : new FloeError.BadData(where, format, found, "Give the table that this step reads.");
    }

    private static Either<FloeError, Option<long>> SeedOf(ParquetTable table) => Find(table, "floe.seed").Match(
        None: () => Right<FloeError, Option<long>>(None),
        Some: text =>
            long.TryParse(
                text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long seed)
            ? Right<FloeError, Option<long>>(Some(seed))
            : new FloeError.BadData($"{table.Path}, metadata floe.seed", "a whole number", $"`{text}`", "Write the table again."));

    private static Either<FloeError, Option<double>> RhoOf(ParquetTable table) => Find(table, "floe.rho").Match(
        None: () => Right<FloeError, Option<double>>(None),
        Some: text =>
            double.TryParse(
                text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double rho)
            && rho is >= 0 and <= 1
            ? Right<FloeError, Option<double>>(Some(rho))
            : new FloeError.BadData($"{table.Path}, metadata floe.rho", "a number from 0 to 1", $"`{text}`", "Write the table again."));
}
