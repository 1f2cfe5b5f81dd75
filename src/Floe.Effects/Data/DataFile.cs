using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>A data set that was read from disk.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Samples">Its samples in order, at least one.</param>
/// <param name="Sha256">Hash of the file; lower-case hexadecimal.</param>
public sealed record DataSet(string Path, Arr<TextSample> Samples, string Sha256)
{
    /// <summary>File and line (or item of a list) of each sample, for messages; as many as there are samples.</summary>
    public Arr<string> Places { get; init; } = toArray(Samples.Map(_ => Path).AsEnumerable());

    /// <summary>The forms of its records with their counts, such as <c>12 of messages</c>.</summary>
    public Arr<string> Forms { get; init; } = Arr<string>.Empty;

    /// <summary>What of the file is not read, a sentence each: keys that only keep books.</summary>
    public Arr<string> Notes { get; init; } = Arr<string>.Empty;
}

/// <summary>Reads training data: JSON lines, one JSON list, or a table in CSV or Parquet, of records that <see cref="DataRecord"/> knows
/// by their keys.</summary>
public static class DataFile
{
    /// <summary>Reads a file, a pipe, or standard input where the path is <c>-</c>.</summary>
    /// <param name="path">The file; text is in UTF-8, or in UTF-16 behind a byte order mark.</param>
    /// <returns>The data set; <see cref="FloeError.Io"/>, or <see cref="FloeError.BadData"/> naming file, line (or item of a list) and key.
    /// A file without samples is an error.</returns>
    public static Either<FloeError, DataSet> Read(string path) => TextInput.SamplesOf(path);

    /// <summary>Reads several files and joins their samples in the order of the files.</summary>
    /// <param name="paths">The files, at least one.</param>
    public static Either<FloeError, DataSet> ReadAll(IReadOnlyList<string> paths) =>
        from sets in paths.Each(Read)
        from some in Steps.Check(sets.Count > 0, () => new FloeError.Usage("data", "at least one file", "none", "Name a file of samples."))
        select sets.Count == 1
            ? sets[0]
            : new DataSet(
                string.Join(", ", sets.Select(set => set.Path)),
                new Arr<TextSample>(sets.SelectMany(set => set.Samples)),
                Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(sets.Select(set => set.Sha256))))))
            {
                Places = new Arr<string>(sets.SelectMany(set => set.Places)),
                Forms = new Arr<string>(sets.SelectMany(set => set.Forms)),
                Notes = new Arr<string>(sets.SelectMany(set => set.Notes)),
            };

    /// <summary>The data set of a text.</summary>
    /// <param name="path">Where it came from.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="text">The same as text.</param>
    internal static Either<FloeError, DataSet> Parse(string path, byte[] bytes, string text) =>
        from records in TextKinds.EndsIn(path, TextKinds.Tables) ? CsvRecords.Read(path, text)
            : text.AsSpan().TrimStart().StartsWith("[") ? Items(path, text)
            : Lines(path, text)
        from data in Made(path, records, Convert.ToHexStringLower(SHA256.HashData(bytes)))
        select data;

    /// <summary>The data set of a Parquet file.</summary>
    /// <param name="path">The file.</param>
    internal static Either<FloeError, DataSet> Table(string path) =>
        from rows in ParquetRecords.Read(path)
        from hash in FileErrors.Try(path, "hash the file", () =>
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        })
        from data in Made(path, rows.Records, hash)
        select data with { Notes = rows.Notes + data.Notes };

    private static Either<FloeError, DataSet> Made(
        string path, IReadOnlyList<(string At, JsonElement Value)> records, string sha256) =>
        from read in records.Each(record => DataRecord.Read(record.At, record.Value).Map(found => (record.At, Found: found)))
        from some in Steps.Check(
            read.Count > 0, () => new FloeError.BadData(path, "at least one sample", "none", "Check that this is the right file."))
        select new DataSet(path, toArray(read.Select(record => record.Found.Sample)), sha256)
        {
            Places = toArray(read.Select(record => record.At)),
            Forms = toArray(read.CountBy(record => record.Found.Form.Words).Select(form => $"{form.Value} of {form.Key}")),
            Notes = Notes(path, read.SelectMany(record => record.Found.Unread)),
        };

    private static Arr<string> Notes(string path, IEnumerable<string> unread) => toArray(unread
        .GroupBy(what => what, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{path}: {group.Key} of {group.Count()} record{(group.Count() == 1 ? "" : "s")} is not read"));

    private static Either<FloeError, IReadOnlyList<(string At, JsonElement Value)>> Lines(string path, string text) =>
        TextFile.LinesOf(text)
            .Select((line, index) => (line, at: $"{path}, line {index + 1}"))
            .Where(row => !string.IsNullOrWhiteSpace(row.line))
            .Each(row => JsonText.ParseLine(row.at, Encoding.UTF8.GetBytes(row.line)).Map(value => (row.at, value)))
            .MapLeft(error => DataLayout.Explain(path, text).IfNone(error));

    private static Either<FloeError, IReadOnlyList<(string At, JsonElement Value)>> Items(string path, string text) =>
        JsonText.Parse(path, Encoding.UTF8.GetBytes(text)).Map<IReadOnlyList<(string, JsonElement)>>(list =>
            [.. list.EnumerateArray().Select((item, index) => ($"{path}, item {index + 1}", item))])
            .MapLeft(error => DataLayout.Explain(path, text).IfNone(error));
}
