using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>
/// Whether a file holds samples or one plain text: the one place that decides it, for every command. Its ending says so, in any case; where
/// it has none (a pipe, standard input, a bare name) its beginning does. Any other ending is refused.
/// </summary>
internal static class TextKinds
{
    private const string Parquet = ".parquet";

    /// <summary>Endings of files of samples.</summary>
    public static Arr<string> Samples { get; } = Array(".jsonl", ".ndjson", ".json", ".csv", ".tsv", Parquet);

    /// <summary>Endings of samples in a table of text.</summary>
    internal static Arr<string> Tables { get; } = Array(".csv", ".tsv");

    /// <summary>Endings of plain texts.</summary>
    public static Arr<string> Plain { get; } = Array(".txt", ".text", ".md", ".markdown", ".rst", ".tex", ".raw", ".tokens", ".log");

    /// <summary>Whether a path names samples in Parquet.</summary>
    internal static bool IsParquet(string path) => path.EndsWith(Parquet, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a path's ending is in a list, whatever its case.</summary>
    /// <param name="path">The path.</param>
    /// <param name="endings">Endings with their dots.</param>
    public static bool EndsIn(string path, Arr<string> endings) =>
        endings.Exists(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a text is to be read as samples. Errors: an ending of neither list; a plain text's ending on JSON.</summary>
    internal static Either<FloeError, bool> AreSamples(string path, string text) =>
        InputFile.ComesOnce(path) || !Path.HasExtension(path) ? BeginsAsSamples(text)
        : EndsIn(path, Samples) ? true
        : !EndsIn(path, Plain) ? new FloeError.Unsupported(
            path,
            $"the ending {Path.GetExtension(path)}",
            $"{string.Join(", ", Samples)} for samples; {string.Join(", ", Plain)} or none for plain text",
            "Rename the file so that its ending says what it holds.")
        : BeginsAsSamples(text) ? new FloeError.BadData(
            path, "plain text, as its ending says", "JSON", "Rename it to .jsonl, so that it is read as samples.")
        : false;

    // A first line that is a whole object, or a list that starts with one.
    private static bool BeginsAsSamples(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan().TrimStart();
        ReadOnlySpan<char> line = start[..(start.IndexOf('\n') is >= 0 and var end ? end : start.Length)];
        return start.StartsWith("{") ? JsonText.ParseLine("", Encoding.UTF8.GetBytes(line.ToString()))
            .Match(Right: value => value.ValueKind == JsonValueKind.Object, Left: _ => false)
            : start.StartsWith("[") && start[1..].TrimStart().StartsWith("{") && start.TrimEnd().EndsWith("]");
    }
}
