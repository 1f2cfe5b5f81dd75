namespace Floe.Domain.Text.Chat;

/// <summary>The methods of texts and dictionaries that templates use.</summary>
internal static class TemplateMethods
{
    // Methods that Python has and that are not read: a call of one is named.
    private static readonly string[] OtherTextMethods =
    [
        "format", "format_map", "encode", "center", "ljust", "rjust", "zfill", "expandtabs", "partition", "rpartition", "casefold",
            "swapcase", "translate",
        "isascii", "isidentifier", "isprintable", "istitle", "isdecimal", "isnumeric",
    ];

    /// <summary>The method of a value; null where it has none of that name.</summary>
    public static TemplateValue? Find(TemplateValue value, string name) => value switch
    {
        TemplateValue.Words words => OfText(words.Value, name),
        TemplateValue.Mapping mapping => OfMap(mapping, name),
        TemplateValue.Sequence sequence => OfList(sequence, name),
        _ => null,
    };

    private static TemplateValue.Callable? OfMap(TemplateValue.Mapping map, string name) => name switch
    {
        "items" => Method(name, call => Pairs(call, map)),
        "keys" => Method(name, call => new TemplateValue.Sequence(call.Run.Items(call.At, map))),
        "values" => Method(name, _ => new TemplateValue.Sequence([.. map.Items.Select(item => item.Value)])),
        "get" =>
            Method(name, call => (call.Get(0, "key") is TemplateValue.Words key ? map.Find(key.Value) : null)
                ?? call.Get(1, "default")
                ?? new TemplateValue.Nothing()),
        _ => null,
    };

    /// <summary>The items of a dictionary as pairs.</summary>
    public static TemplateValue Pairs(TemplateCall call, TemplateValue.Mapping map)
    {
        call.Run.Count(call.At, map.Items.Length);
        return new TemplateValue.Sequence(
            [.. map.Items.Select(item => new TemplateValue.Sequence([new TemplateValue.Words(item.Key), item.Value], IsTuple: true))]);
    }

    private static TemplateValue.Callable? OfList(TemplateValue.Sequence list, string name) => name switch
    {
        "count" =>
            Method(name, call =>
                TemplateValue.Number(
                    list.Items.Count(
                        item => call.Values.Length == 1 && TemplateOperators.Same(call.Run, call.At, item, call.Values[0], 0)))),
        "index" =>
            Method(name, call =>
                list.Items.ToList()
                    .FindIndex(
                        item => call.Values.Length == 1
                            && TemplateOperators.Same(call.Run, call.At, item, call.Values[0], 0)) is >= 0 and var found
            ? TemplateValue.Number(found)
            : call.Run.Refuse(FaultKind.Wrong, call.At, "a value that is not in the list")),
        "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" => Method(name, call =>
            call.Run.Refuse(FaultKind.Wrong, call.At, $"a call of {name}, which would change a list")),
        _ => null,
    };

    private static TemplateValue.Callable? OfText(string text, string name) => name switch
    {
        "strip" => Method(name, call => Words(PythonText.Strip(text, Characters(call)))),
        "lstrip" => Method(name, call => Words(PythonText.Strip(text, Characters(call), end: false))),
        "rstrip" => Method(name, call => Words(PythonText.Strip(text, Characters(call), start: false))),
        "startswith" =>
            Method(name, call => new TemplateValue.Truth(Affixes(call).Any(affix => text.StartsWith(affix, StringComparison.Ordinal)))),
        "endswith" =>
            Method(name, call => new TemplateValue.Truth(Affixes(call).Any(affix => text.EndsWith(affix, StringComparison.Ordinal)))),
        "removeprefix" =>
            Method(name, call =>
                Words(call.Text(0, "prefix", "") is { Length: > 0 } part && text.StartsWith(part, StringComparison.Ordinal)
                    ? text[part.Length..]
                    : text)),
        "removesuffix" =>
            Method(name, call =>
                Words(call.Text(0, "suffix", "") is { Length: > 0 } part && text.EndsWith(part, StringComparison.Ordinal)
                    ? text[..^part.Length]
                    : text)),
        "split" => Method(name, call => PythonSplit.Split(call, text, fromEnd: false)),
        "rsplit" => Method(name, call => PythonSplit.Split(call, text, fromEnd: true)),
        "splitlines" => Method(name, call => PythonSplit.Lines(call, text)),
        "replace" => Method(name, call => PythonSplit.Replace(call, text)),
        "join" =>
            Method(name, call => call.Values.Length == 1
                ? TemplateFilters.Join(call, call.Values[0], text)
                : call.Run.Refuse(FaultKind.Wrong, call.At, "join without one list")),
        "upper" => Method(name, _ => Words(text.ToUpperInvariant())),
        "lower" => Method(name, _ => Words(text.ToLowerInvariant())),
        "capitalize" => Method(name, _ => Words(Capitalized(text))),
        "title" => Method(name, _ => Words(Titled(text))),
        "find" => Method(name, call => TemplateValue.Number(Place(text, text.IndexOf(call.Text(0, "sub", ""), StringComparison.Ordinal)))),
        "rfind" =>
            Method(name, call => TemplateValue.Number(Place(text, text.LastIndexOf(call.Text(0, "sub", ""), StringComparison.Ordinal)))),
        "index" => Method(name, call => text.IndexOf(call.Text(0, "sub", ""), StringComparison.Ordinal) is >= 0 and var found
            ? TemplateValue.Number(Place(text, found))
            : call.Run.Refuse(FaultKind.Wrong, call.At, "a text that is not in the other")),
        "count" =>
            Method(name, call =>
                TemplateValue.Number(
                    call.Text(0, "sub", "") is { Length: > 0 } part ? text.AsSpan().Count(part) : PythonText.Length(text) + 1)),
        "isdigit" => Method(name, _ => new TemplateValue.Truth(text.Length > 0 && text.All(char.IsDigit))),
        "isalpha" => Method(name, _ => new TemplateValue.Truth(text.Length > 0 && text.All(char.IsLetter))),
        "isalnum" => Method(name, _ => new TemplateValue.Truth(text.Length > 0 && text.All(char.IsLetterOrDigit))),
        "isspace" => Method(name, _ => new TemplateValue.Truth(text.Length > 0 && text.All(PythonText.Spaces.Contains))),
        "isupper" => Method(name, _ => new TemplateValue.Truth(text.Any(char.IsUpper) && !text.Any(char.IsLower))),
        "islower" => Method(name, _ => new TemplateValue.Truth(text.Any(char.IsLower) && !text.Any(char.IsUpper))),
        _ when OtherTextMethods.Contains(name) =>
            Method(name, call => call.Run.Refuse(FaultKind.Unsupported, call.At, $"the method {name} of a text")),
        _ => null,
    };

    /// <summary>A text whose first letter is a capital one and all others are small.</summary>
    public static string Capitalized(string text) => text.Length == 0
        ? text
        : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>A text whose words begin with a capital letter.</summary>
    public static string Titled(string text) => string.Concat(text.Select((c, at) =>
        at > 0 && char.IsLetter(text[at - 1]) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));

    private static TemplateValue.Words Words(string text) => new(text);

    private static TemplateValue.Callable Method(string name, Func<TemplateCall, TemplateValue> body) => new(name, call =>
    {
        call.Run.Charge(call.At, 1);
        return body(call);
    });

    private static string? Characters(TemplateCall call) => call.Get(0, "chars") is null or TemplateValue.Nothing
        ? null
        : call.Text(0, "chars", "");

    private static IEnumerable<string> Affixes(TemplateCall call) => call.Get(0, "prefix") switch
    {
        TemplateValue.Words words => [words.Value],
        TemplateValue.Sequence { IsTuple: true } many => many.Items.OfType<TemplateValue.Words>().Select(item => item.Value),
        _ => call.Run.Wrong<IEnumerable<string>>(call.At, "an affix that is no text", []),
    };

    private static int Place(string text, int at) => at < 0 || PythonText.IsPlain(text) ? at : PythonText.Length(text[..at]);
}
