using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>Text files in strict UTF-8, or in UTF-16 behind its byte order mark. A byte order mark at the start is left out.</summary>
internal static class TextFile
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes that are read; a larger file is refused before anything is allocated.</param>
    /// <returns>Its text; <see cref="FloeError.BadData"/> names the line of the first byte that is not UTF-8, or of
    /// the first unit that is not UTF-16.</returns>
    public static Either<FloeError, string> Read(string path, int limit) => Read(path, limit, FileForm.Text);

    /// <summary>Reads a whole file for a reader that wants more than any text.</summary>
    internal static Either<FloeError, string> Read(string path, int limit, FileForm wanted) => InputFile.ReadAll(path, limit).Bind(bytes =>
        ForeignFile.NotAPointer(path, bytes, wanted).Bind(_ => ForeignFile.Named(path, bytes, wanted, Decode(path, bytes))));

    /// <summary>The text of a file's bytes.</summary>
    /// <param name="path">The file, for the error.</param>
    /// <param name="bytes">All of it.</param>
    public static Either<FloeError, string> Decode(string path, byte[] bytes) => IsWide(bytes)
        ? Wide(path, bytes)
        : from valid in Steps.Check(Utf8.IsValid(bytes), () => new FloeError.BadData(
              $"{path}, line {LineOfFirstBadByte(bytes)}", "text in UTF-8", "bytes that are not UTF-8", "Save the file as UTF-8."))
          select Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Mark) ? bytes.AsSpan(Mark.Length) : bytes);

    /// <summary>Whether a text is UTF-16, as its byte order mark says; UTF-32 begins likewise, and goes on with a NUL.</summary>
    internal static bool IsWide(ReadOnlySpan<byte> bytes) => bytes.Length >= 2
        && (bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF)
        && !(bytes.Length >= 4 && bytes[2] == 0 && bytes[3] == 0);

    private static Either<FloeError, string> Wide(string path, byte[] bytes)
    {
        char[] units = new char[(bytes.Length / 2) - 1];
        bool bigEndian = bytes[0] == 0xFE;
        for (int i = 0; i < units.Length; i++)
        {
            ReadOnlySpan<byte> unit = bytes.AsSpan(2 * (i + 1));
            units[i] = (char)(bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(unit) : BinaryPrimitives.ReadUInt16LittleEndian(unit));
        }

        int sound = 0;
        while (sound < units.Length && Rune.DecodeFromUtf16(units.AsSpan(sound), out _, out int length) == OperationStatus.Done)
        {
            sound += length;
        }

        return sound == units.Length && bytes.Length % 2 == 0
            ? new string(units)
            : new FloeError.BadData(
                $"{path}, line {1 + units.AsSpan(0, sound).Count('\n')}", "text in UTF-16, as its byte order mark says",
                    sound < units.Length ? "half of a surrogate pair" : "an odd number of bytes", "Save the file as UTF-8.");
    }

    /// <summary>The lines of a whole file, without their ends (<c>\n</c> or <c>\r\n</c>); an end of line at the end of the file starts no
    /// line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes that are read.</param>
    public static Either<FloeError, string[]> Lines(string path, int limit) => Read(path, limit).Map(LinesOf);

    /// <summary>The lines of a text, as <see cref="Lines"/> gives those of a file.</summary>
    public static string[] LinesOf(string text)
    {
        string[] lines = text.Split('\n');
        int count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        return [.. lines.Take(count).Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }

    // Each line is judged alone: a character never spans lines, since byte 0x0A is no part of another one in UTF-8.
    private static int LineOfFirstBadByte(ReadOnlySpan<byte> bytes)
    {
        int line = 1;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(bytes[range]))
            {
                return line;
            }

            line++;
        }

        return line;
    }
}
