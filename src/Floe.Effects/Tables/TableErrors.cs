using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>Turns whatever a Parquet reader throws into a <see cref="FloeError"/> with file, column and row group: the one place for tables.</summary>
internal static class TableErrors
{
    /// <summary>Where in a file something happens.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Column">The column, or none for the footer.</param>
    /// <param name="RowGroup">The row group, from 0, or none.</param>
    public readonly record struct Place(string Path, string? Column = null, int? RowGroup = null)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            Path + (Column is null ? "" : $", column `{Column}`") + (RowGroup is { } group ? $", row group {group}" : "");
    }

    /// <summary>Runs a step of a reader. A damaged file may surface as any exception of the library, so all of them are translated.</summary>
    /// <param name="place">Where the step is.</param>
    /// <param name="step">The step.</param>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <returns>Its answer, or the error.</returns>
    public static Either<FloeError, T> Try<T>(Place place, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception thrown) when (thrown is not (StackOverflowException or AccessViolationException))
        {
            return Translate(place, thrown);
        }
    }

    /// <summary>The error of an exception.</summary>
    /// <param name="place">Where it was thrown.</param>
    /// <param name="thrown">The exception.</param>
    /// <returns>Unsupported, I/O or damaged data.</returns>
    public static FloeError Translate(Place place, Exception thrown) => thrown switch
    {
        NotSupportedException or NotImplementedException => new FloeError.Unsupported(
            place.ToString(),
            thrown.Message.TrimEnd('.'),
            "flat columns; no compression, Snappy, Gzip, Brotli, LZ4, and Zstd where its library is installed",
            "Write the table again with Snappy and flat columns."),
        EndOfStreamException => Damaged(place, thrown),
        _ when FileErrors.IsRefusal(thrown) => FileErrors.Translate(place.Path, "read the table", thrown),
        _ => Damaged(place, thrown),
    };

    private static FloeError.BadData Damaged(Place place, Exception thrown) =>
        new(place.ToString(), "sound Parquet data", thrown.Message.TrimEnd('.'), "Write or copy the file again.");
}
