using System.Globalization;
using System.Text;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Tables.Guard;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>Turns whatever is thrown when a Parquet file is read into a <see cref="FloeError"/> with file, column and row group: the one
/// place for tables.</summary>
internal static class TableErrors
{
    private const string WriteAgain = "Write or copy the file again.";

    /// <summary>Where in a file something happens.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Column">The column, or none for the footer.</param>
    /// <param name="RowGroup">The row group, from 0, or none.</param>
    public readonly record struct Place(string Path, string? Column = null, int? RowGroup = null)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            Path + (Column is null ? "" : $", column `{Column}`") + (
                RowGroup is { } group ? string.Create(CultureInfo.InvariantCulture, $", row group {group}") : "");
    }

    /// <summary>Runs a step of a reader. What the guard let pass may still surface as any exception of the library, so all of them are
    /// translated.</summary>
    /// <param name="place">Where the step is when it ends.</param>
    /// <param name="step">The step.</param>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <returns>Its answer, or the error.</returns>
    public static Either<FloeError, T> Try<T>(Func<Place> place, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception thrown) when (thrown is not (StackOverflowException or AccessViolationException))
        {
            return Translate(place(), thrown);
        }
    }

    // The library's own words are about its code, not about the file.
    private static FloeError Translate(Place place, Exception thrown) => thrown switch
    {
        TableFault { IsUnsupported: true } fault => new FloeError.Unsupported(
            place.ToString(), fault.Found, fault.Expected, "Write the table again with Snappy, PLAIN values and flat columns."),
        TableFault fault => new FloeError.BadData(place.ToString(), fault.Expected, fault.Found, WriteAgain),
        OverflowException => new FloeError.BadData(
            place.ToString(), "values that fit their type in .NET", "one that does not",
                "Store the column as a type with room for its values, or remove it."),
        DecoderFallbackException => new FloeError.BadData(place.ToString(), "texts in UTF-8", "bytes that are not", WriteAgain),
        EndOfStreamException => new FloeError.BadData(place.ToString(), "sound Parquet data", "data that ends early", WriteAgain),
        _ when FileErrors.IsRefusal(thrown) => FileErrors.Translate(place.Path, "read the table", thrown),
        _ => new FloeError.BadData(place.ToString(), "sound Parquet data", "values that cannot be decoded", WriteAgain),
    };
}
