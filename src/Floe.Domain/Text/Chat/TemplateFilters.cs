using System.Globalization;
using System.Numerics;

namespace Floe.Domain.Text.Chat;

/// <summary>The filters that templates use; those over lists are in <see cref="ListFilters"/>.</summary>
internal static class TemplateFilters
{
    private const int WidestIndent = 1000;

    /// <summary>The value of <c>value | name(arguments)</c>.</summary>
    public static TemplateValue Apply(string name, TemplateValue value, TemplateCall call)
    {
        call.Run.Charge(call.At, value is TemplateValue.Words text ? text.Value.Length : 1);
        return name switch
        {
            "trim" =>
                Words(PythonText.Strip(
                    call.Run.Text(call.At, value), call.Get(0, "chars") is null or TemplateValue.Nothing
                        ? null
                        : call.Text(0, "chars", ""))),
            "tojson" => PythonJson.Of(call, value),
            "string" => Words(call.Run.Text(call.At, value)),
            "safe" => value,
            "upper" => Words(call.Run.Text(call.At, value).ToUpperInvariant()),
            "lower" => Words(call.Run.Text(call.At, value).ToLowerInvariant()),
            "capitalize" => Words(TemplateMethods.Capitalized(call.Run.Text(call.At, value))),
            "title" => Words(TemplateMethods.Titled(call.Run.Text(call.At, value))),
            "replace" => PythonSplit.Replace(call, call.Run.Text(call.At, value)),
            "indent" => Indented(call, call.Run.Text(call.At, value)),
            "join" => Join(call, value, call.Text(0, "d", "")),
            "default" or "d" => value is TemplateValue.Undefined || ((call.Get(1, "boolean")?.Holds ?? false) && !value.Holds)
                ? call.Get(0, "default_value") ?? Words("")
                : value,
            "length" or "count" => Length(call, value),
            "int" => Integer(call, value),
            "float" => Real(call, value),
            "abs" => TemplateOperators.Whole(value) is { } whole ? TemplateValue.Number(BigInteger.Abs(whole))
                : value is TemplateValue.Real real ? new TemplateValue.Real(Math.Abs(real.Value))
                : call.Run.Refuse(FaultKind.Wrong, call.At, $"abs of {value.TypeName}"),
            "round" => Rounded(call, value),
            "items" => value is TemplateValue.Mapping map ? TemplateMethods.Pairs(call, map)
                : value is TemplateValue.Undefined ? new TemplateValue.Sequence([])
                : call.Run.Refuse(FaultKind.Wrong, call.At, $"the items of {value.TypeName}"),
            _ => ListFilters.Apply(name, value, call),
        };
    }

    /// <summary>The texts of a list with a text between them.</summary>
    public static TemplateValue Join(TemplateCall call, TemplateValue list, string between)
    {
        string[] texts = [.. call.Run.Items(call.At, list)
            .Select(item => call.Get(1, "attribute") is { } attribute ? ListFilters.Attribute(call, item, attribute) : item)
            .Select(item => call.Run.Text(call.At, item))];
        call.Run.Charge(call.At, (long)between.Length * texts.Length);
        return Words(string.Join(between, texts));
    }

    private static TemplateValue.Words Words(string text) => new(text);

    private static TemplateValue Length(TemplateCall call, TemplateValue value) => value switch
    {
        TemplateValue.Words words => TemplateValue.Number(PythonText.Length(words.Value)),
        TemplateValue.Sequence sequence => TemplateValue.Number(sequence.Items.Length),
        TemplateValue.Mapping mapping => TemplateValue.Number(mapping.Items.Length),
        TemplateValue.Undefined => TemplateValue.Number(0),
        _ => call.Run.Refuse(FaultKind.Wrong, call.At, $"the length of {value.TypeName}"),
    };

    private static TemplateValue Integer(TemplateCall call, TemplateValue value) => value switch
    {
        TemplateValue.Real { Value: var real } when double.IsFinite(real) => TemplateValue.Number(new BigInteger(Math.Truncate(real))),
        TemplateValue.Words words when words.Value.Length <= 1000 && BigInteger.TryParse(
            PythonText.Strip(words.Value, null), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger parsed) =>
                TemplateValue.Number(parsed),
        TemplateValue.Words words when double.TryParse(words.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            && double.IsFinite(real)
            => TemplateValue.Number(new BigInteger(Math.Truncate(real))),
        _ => TemplateOperators.Whole(value) is { } whole ? TemplateValue.Number(whole) : call.Get(0, "default") ?? TemplateValue.Number(0),
    };

    private static TemplateValue Real(TemplateCall call, TemplateValue value) =>
        TemplateOperators.Real(value) is { } number ? new TemplateValue.Real(number)
        : value is TemplateValue.Words words
            && double.TryParse(
                words.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? new TemplateValue.Real(real)
        : call.Get(0, "default") ?? new TemplateValue.Real(0);

    private static TemplateValue Rounded(TemplateCall call, TemplateValue value)
    {
        call.Only("the filter round", "precision");
        int digits = call.Count(0, "precision", 0);
        return TemplateOperators.Real(value) is not { } number || digits is < 0 or > 15
            ? call.Run.Refuse(FaultKind.Unsupported, call.At, $"round of {value.TypeName} to {digits} digits")
            : new TemplateValue.Real(Math.Round(number, digits, MidpointRounding.ToEven));
    }

    private static TemplateValue.Words Indented(TemplateCall call, string text)
    {
        string margin = call.Get(0, "width") is TemplateValue.Words words
            ? words.Value
            : new string(' ', Math.Clamp(call.Count(0, "width", 4), 0, WidestIndent));
        (bool first, bool blank) = (call.Get(1, "first")?.Holds ?? false, call.Get(2, "blank")?.Holds ?? false);
        string[] lines = text.Split('\n');
        call.Run.Charge(call.At, (long)lines.Length * margin.Length);
        return Words(
            string.Join(
                '\n', lines.Select(
                    (line, at) => (at > 0 || first) && (blank || line.Length > 0 || (at == 0 && first)) ? margin + line : line)));
    }
}
