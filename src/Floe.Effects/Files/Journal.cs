using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Files;

/// <summary>What a journal holds.</summary>
/// <param name="Lines">The complete lines, each one JSON object, in order.</param>
/// <param name="Warning">What was dropped, where the last line was torn.</param>
internal sealed record JournalContents(Arr<string> Lines, Option<string> Warning);

/// <summary>
/// Append-only files of one JSON object a line, such as <c>run.jsonl</c>.
/// </summary>
/// <remarks>
/// A line counts once its newline is on the disk. What a killed process left of a line is dropped on reading and cut off by the next
/// append, so that a resumed journal equals that of a run which was never stopped, and every reader sees whole lines only.
/// </remarks>
internal static class Journal
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Adds one line and flushes it to the disk. The file is made where it is missing.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="json">One JSON object without line breaks.</param>
    /// <returns>Unit, <see cref="FloeError.BadData"/> where the text is no such object, or the I/O error; the journal is then as it
    /// was.</returns>
    public static Either<FloeError, Unit> Append(string path, string json) =>
        json.Contains('\n', StringComparison.Ordinal) || !IsObject(Encoding.UTF8.GetBytes(json))
            ? new FloeError.BadData(path, "one JSON object on one line", Shortened(json), "This line was not written.")
            : FileErrors.Try(path, "append to the journal", () => AppendLine(path, Strict.GetBytes(json + "\n")));

    /// <summary>Reads a journal.</summary>
    /// <param name="path">The journal.</param>
    /// <returns>Its complete lines, <see cref="FloeError.BadData"/> naming the line that is no JSON object, or the I/O error.</returns>
    public static Either<FloeError, JournalContents> Read(string path) =>
        FileErrors.Try(path, "read the journal", () => File.ReadAllBytes(path)).Bind(bytes => Parse(path, bytes));

    private static Unit AppendLine(string path, byte[] line)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        long end = EndOfLastLine(stream);
        stream.SetLength(end);
        stream.Position = end;
        try
        {
            stream.Write(line);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            stream.SetLength(end);
            throw;
        }

        return unit;
    }

    // Reads backwards, so that an append costs the same however long the journal is.
    private static long EndOfLastLine(FileStream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (long end = stream.Length; end > 0;)
            {
                int size = (int)Math.Min(end, buffer.Length);
                stream.Position = end - size;
                stream.ReadExactly(buffer, 0, size);
                int newline = buffer.AsSpan(0, size).LastIndexOf((byte)'\n');
                if (newline >= 0)
                {
                    return end - size + newline + 1;
                }

                end -= size;
            }

            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Either<FloeError, JournalContents> Parse(string path, byte[] bytes)
    {
        List<string> lines = [];
        int start = 0;
        for (int length; (length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(start, length);
            if (!IsObject(line))
            {
                return new FloeError.BadData(
                    $"{path}, line {lines.Count + 1}",
                    "one JSON object",
                    Shortened(Encoding.UTF8.GetString(line)),
                    "Repair or remove the line; only the last line of a journal can be torn by a stopped run.");
            }

            lines.Add(Encoding.UTF8.GetString(line.TrimEnd((byte)'\r')));
        }

        int torn = bytes.Length - start;
        return new JournalContents(toArray(lines), torn == 0 ? None : Some(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: the last line was torn ({torn} bytes without an ending newline) and is left out; {lines.Count} complete lines were "
                + $"read")));
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            // The reader checks the form of strings but not their bytes.
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                    && !System.Text.Unicode.Utf8.IsValid(reader.ValueSpan))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Shortened(string line) => line.Length switch
    {
        0 => "an empty line",
        <= 60 => $"`{line}`",
        _ => $"`{line[..60]}…`",
    };
}
