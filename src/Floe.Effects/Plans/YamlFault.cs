using Floe.Domain;
using LanguageExt;
using YamlDotNet.Core;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>What is wrong with a text that should be YAML, in words of its own: the line, and what to do about it.</summary>
internal static class YamlFault
{
    private const int Shown = 40;

    /// <summary>The error where the reader stopped: the line there, the next or the one before, whichever has a fault that people
    /// make.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="mark">Where the reader stopped.</param>
    public static FloeError.BadData Of(string file, string text, Mark mark)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];
        int at = (int)Math.Clamp(mark.Line - 1, 0, lines.Length - 1);
        (int Line, (string Found, string Remedy) Words)? known = new[] { at, at + 1, at - 1 }
            .Where(line => line >= 0 && line < lines.Length)
            .Select(line => (line, Known(text, lines[line])))
            .Where(found => found.Item2 is not null)
            .Select(found => ((int, (string, string))?)(found.line, found.Item2!.Value))
            .FirstOrDefault();
        (int line, (string found, string remedy)) = known
            ?? (at, (lines[at].Trim() is { Length: > 0 } content ? Quoted(content) : "an empty line",
            "Mend the line, or the one before it: a key ends in a colon and a space, and indentation counts."));
        return new FloeError.BadData($"{file}, line {line + 1}", "YAML", found, remedy);
    }

    /// <summary>The first character of a text that no editor shows; none where there is none.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="text">Its text.</param>
    public static Option<FloeError> Control(string file, string text)
    {
        int at = text.AsSpan().IndexOfAny(Controls);
        return at < 0 ? None : Some<FloeError>(new FloeError.BadData(
            $"{file}, line {text.AsSpan(0, at).Count('\n') + 1}", "YAML", $"the control character {(int)text[at]}",
                "Take the character out."));
    }

    private static readonly System.Buffers.SearchValues<char> Controls =
        System.Buffers.SearchValues.Create(
            [.. Enumerable.Range(0, 32).Select(code => (char)code).Where(c => c is not ('\t' or '\n' or '\r')), '\x7F']);

    private static (string Found, string Remedy)? Known(string text, string line)
    {
        string content = line.Trim(), value = Value(content);
        return line.TrimStart(' ').StartsWith('\t') ? ("a tab before the first word", "Indent with spaces: YAML allows no tabs there.")
            : IsOpen(text, content, '[', ']') || IsOpen(text, content, '{', '}')
                ? ($"a bracket that is not closed, in {Quoted(content)}", "Close the bracket, or put the text in quotes.")
            : value is ['"', ..] && content.Count(c => c == '"') % 2 == 1 || value is ['\'', ..] && content.Count(c => c == '\'') % 2 == 1
                ? ($"a quote that is not closed, in {Quoted(content)}", "Close the quote.")
            : value is ['@' or '`' or '%', ..] ? ($"a value that starts with `{value[0]}`", "Put the value in quotes.")
            : value is not ['"' or '\'' or '[' or '{', ..]
                && value.Contains(": ", StringComparison.Ordinal) ? ($"a second colon, in {Quoted(content)}", "Put the value in quotes.")
            : content.Contains(':', StringComparison.Ordinal) && !content.Contains(": ", StringComparison.Ordinal) && !content.EndsWith(':')
                ? ($"a colon without a space, in {Quoted(content)}", "Write a space after the colon.")
            : null;
    }

    private static bool IsOpen(string text, string line, char opening, char closing) => Balance(line, opening, closing) > 0
        && Balance(text, opening, closing) > 0;

    private static int Balance(string text, char opening, char closing) => text.Count(c => c == opening) - text.Count(c => c == closing);

    // What comes after the key; of an item of a list, after its dash.
    private static string Value(string content)
    {
        string item = content.StartsWith("- ", StringComparison.Ordinal) ? content[2..].TrimStart() : content;
        int colon = item.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? item : item[(colon + 2)..].TrimStart();
    }

    private static string Quoted(string line) => line.Length <= Shown ? $"`{line}`" : $"`{line[..Shown]}…`";
}
