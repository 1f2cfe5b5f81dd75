namespace Floe.Cli.Shell;

/// <summary>Rows of text in aligned columns; a column whose cells all start with a digit, a sign or a dash is aligned on the
/// right.</summary>
internal static class TextTable
{
    /// <summary>Writes a header and rows.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="header">One title a column.</param>
    /// <param name="rows">Each as long as the header.</param>
    public static void Write(TextWriter writer, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. header.Select((title, c) => rows.Select(r => r[c].Length).Append(title.Length).Max())];
        bool[] right = [
            .. header.Select(
                (_, c) => rows.Count > 0
                    && rows.All(r => r[c].Length > 0 && (char.IsAsciiDigit(r[c][0]) || r[c][0] is '-' or '+' or '.')))];
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
        {
            writer.WriteLine(
                string.Join("  ", row.Select((cell, c) => right[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        }
    }
}
