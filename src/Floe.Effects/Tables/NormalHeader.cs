using System.Globalization;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>The stream that tuning equations were collected in (method §6).</summary>
internal enum NormalStream
{
    /// <summary>Inputs of the stream whose earlier components carry their tuned masks; serves one set of masks.</summary>
    Student = 0,

    /// <summary>Inputs of the unmasked model (x′ = x); serves every budget.</summary>
    Teacher = 1,
}

/// <summary>What a file of tuning equations says of itself.</summary>
/// <param name="Metadata">The keys that all tables have.</param>
/// <param name="Stream">The stream they were collected in, <c>floe.stream</c>; none where the file does not say.</param>
/// <param name="Ridge">λ that tuning should add, <c>floe.ridge</c>; none where the file does not say.</param>
internal sealed record NormalHeader(TableMetadata Metadata, Option<NormalStream> Stream, Option<double> Ridge)
{
    internal const string StreamKey = "floe.stream";
    internal const string RidgeKey = "floe.ridge";

    /// <summary>The header of an opened table.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The header, or the error that names the key.</returns>
    internal static Either<FloeError, NormalHeader> Read(ParquetTable table) =>
        from metadata in TableMetadata.Read(table, NormalTables.Format)
        from stream in Key(table, StreamKey, $"`{Word(NormalStream.Teacher)}` or `{Word(NormalStream.Student)}`", Parsed)
        from ridge in Key(table, RidgeKey, "a finite number of at least 0", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= 0
                && double.IsFinite(value)
                ? Some(value)
                : None)
        select new NormalHeader(metadata, stream, ridge);

    /// <summary>A stream as it is stored.</summary>
    /// <param name="stream">The stream.</param>
    internal static string Word(NormalStream stream) => stream == NormalStream.Teacher ? "teacher" : "student";

    private static Option<NormalStream> Parsed(string text) =>
        Array(NormalStream.Teacher, NormalStream.Student).Find(stream => Word(stream) == text);

    private static Either<FloeError, Option<T>> Key<T>(ParquetTable table, string key, string expected, Func<string, Option<T>> parse) =>
        !table.Metadata.TryGetValue(key, out string? text) ? Right<FloeError, Option<T>>(None)
        : parse(text) is { IsSome: true } value ? Right<FloeError, Option<T>>(value)
        : new FloeError.BadData($"{table.Path}, metadata {key}", expected, $"`{text}`", "Collect the equations again.");
}
