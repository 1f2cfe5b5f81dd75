namespace Floe.Domain.Text.Chat;

/// <summary>How Python cuts texts apart and replaces parts of them.</summary>
internal static class PythonSplit
{
    /// <summary><c>str.split</c> or, from the end, <c>str.rsplit</c>.</summary>
    public static TemplateValue Split(TemplateCall call, string text, bool fromEnd)
    {
        call.Run.Charge(call.At, text.Length);
        int most = call.Count(1, "maxsplit", -1);
        if (call.Get(0, "sep") is null or TemplateValue.Nothing)
        {
            List<string> words = Words(text, most, fromEnd);
            call.Run.Count(call.At, words.Count);
            return TemplateValue.List(words);
        }

        string separator = call.Text(0, "sep", "");
        if (separator.Length == 0)
        {
            return call.Run.Refuse(FaultKind.Wrong, call.At, "an empty separator");
        }

        string[] parts = fromEnd && most >= 0
            ? [.. FromEnd(text, separator, most)]
            : text.Split(separator, most < 0 ? int.MaxValue : most + 1);
        call.Run.Count(call.At, parts.Length);
        return TemplateValue.List(parts);
    }

    /// <summary><c>str.splitlines</c>.</summary>
    public static TemplateValue Lines(TemplateCall call, string text)
    {
        call.Run.Charge(call.At, text.Length);
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return TemplateValue.List(lines[^1].Length == 0 ? lines[..^1] : lines);
    }

    /// <summary><c>str.replace</c>, and the filter of that name.</summary>
    public static TemplateValue Replace(TemplateCall call, string text)
    {
        (string old, string fresh, int most) = (call.Text(0, "old", ""), call.Text(1, "new", ""), call.Count(2, "count", -1));
        long times = old.Length == 0 ? text.Length + 1 : text.AsSpan().Count(old);
        long length = text.Length + (times * Math.Max(0, fresh.Length - old.Length));
        call.Run.Charge(call.At, length);
        if (call.Run.Fault is not null || length > int.MaxValue / 4)
        {
            return call.Run.Refuse(FaultKind.Limit, call.At, "a replacement that grows too long");
        }

        return new TemplateValue.Words(
            old.Length == 0 ? call.Run.Wrong(call.At, "a replacement of an empty text", text)
            : most < 0 ? text.Replace(old, fresh, StringComparison.Ordinal)
            : string.Join(fresh, text.Split(old, most + 1)));
    }

    private static IEnumerable<string> FromEnd(string text, string separator, int most)
    {
        string[] parts = text.Split(separator);
        int joined = Math.Max(0, parts.Length - most - 1);
        return parts.Skip(joined + 1).Prepend(string.Join(separator, parts.Take(joined + 1)));
    }

    // Runs of white space cut, and none at the ends is a word.
    private static List<string> Words(string text, int most, bool fromEnd)
    {
        List<(int Start, int End)> words = [];
        for (int at = 0; at < text.Length; at++)
        {
            if (PythonText.Spaces.Contains(text[at]))
            {
                continue;
            }

            int start = at;
            while (at < text.Length && !PythonText.Spaces.Contains(text[at]))
            {
                at++;
            }

            words.Add((start, at));
        }

        if (most < 0 || words.Count <= most + 1)
        {
            return words.ConvertAll(word => text[word.Start..word.End]);
        }

        return fromEnd
            ? [PythonText.Strip(text[..words[^(most + 1)].End], null), .. words.TakeLast(most).Select(word => text[word.Start..word.End])]
            : [.. words.Take(most).Select(word => text[word.Start..word.End]), PythonText.TrimEnd(text[words[most].Start..])];
    }
}
