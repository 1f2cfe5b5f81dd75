using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Data;

/// <summary>A data set that was read from disk.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Samples">Its samples in order, at least one.</param>
/// <param name="Sha256">Hash of the file; lower-case hexadecimal.</param>
public sealed record DataSet(string Path, Arr<TextSample> Samples, string Sha256);

/// <summary>
/// Reads training data: JSON lines, or one JSON list, of records that <see cref="DataRecord"/> knows by their keys. Further keys are ignored.
/// </summary>
public static class DataFile
{
    private const int LargestFile = 1 << 30;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <returns>The data set; <see cref="FloeError.Io"/>, or <see cref="FloeError.BadData"/> naming file, line (or item of a list) and key. A file
    /// without samples is an error.</returns>
    public static Either<FloeError, DataSet> Read(string path) =>
        from bytes in RandomFile.ReadAll(path, LargestFile)
        from text in TextFile.Decode(path, bytes)
        from records in text.AsSpan().TrimStart().StartsWith("[") ? Items(path, text) : Lines(path, text)
        from samples in records.Each(record => DataRecord.Samples(record.At, record.Value))
        let all = new Arr<TextSample>(samples.SelectMany(sample => sample))
        from some in Steps.Check(all.Count > 0, () => new FloeError.BadData(path, "at least one sample", "none", "Check that this is the right file."))
        select new DataSet(path, all, Convert.ToHexStringLower(SHA256.HashData(bytes)));

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
                Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(sets.Select(set => set.Sha256))))));

    private static Either<FloeError, IReadOnlyList<(string At, JsonElement Value)>> Lines(string path, string text) =>
        TextFile.LinesOf(text)
            .Select((line, index) => (line, at: $"{path}, line {index + 1}"))
            .Where(row => !string.IsNullOrWhiteSpace(row.line))
            .Each(row => JsonText.Parse(row.at, Encoding.UTF8.GetBytes(row.line)).Map(value => (row.at, value)));

    private static Either<FloeError, IReadOnlyList<(string At, JsonElement Value)>> Items(string path, string text) =>
        JsonText.Parse(path, Encoding.UTF8.GetBytes(text)).Map<IReadOnlyList<(string, JsonElement)>>(list =>
            [.. list.EnumerateArray().Select((item, index) => ($"{path}, item {index + 1}", item))]);
}
