namespace Floe.Domain.Text.Chat;

/// <summary>What may stand after <c>is</c>.</summary>
internal static class TemplateTests
{
    private static readonly Dictionary<string, string> Comparisons = new(StringComparer.Ordinal)
    {
        ["equalto"] = "==",
        ["eq"] = "==",
        ["ne"] = "!=",
        ["lt"] = "<",
        ["lessthan"] = "<",
        ["le"] = "<=",
        ["gt"] = ">",
        ["greaterthan"] = ">",
        ["ge"] = ">=",
        ["in"] = "in",
    };

    /// <summary>Whether a test holds of a value.</summary>
    public static bool Holds(string name, TemplateValue value, TemplateCall call)
    {
        call.Run.Charge(call.At, 1);
        if (Comparisons.TryGetValue(name, out string? sign))
        {
            return call.Values.Length == 1
                ? TemplateOperators.Compare(call.Run, call.At, sign, value, call.Values[0])
                : call.Run.Wrong(call.At, $"the test {name} without one argument", false);
        }

        return name switch
        {
            "defined" => value is not TemplateValue.Undefined,
            "undefined" => value is TemplateValue.Undefined,
            "none" => value is TemplateValue.Nothing,
            "string" => value is TemplateValue.Words,
            "boolean" => value is TemplateValue.Truth,
            "true" => value is TemplateValue.Truth { Value: true },
            "false" => value is TemplateValue.Truth { Value: false },
            "integer" => value is TemplateValue.Whole,
            "float" => value is TemplateValue.Real,
            "number" => TemplateOperators.Real(value) is not null,
            "mapping" => value is TemplateValue.Mapping,
            "sequence" => value is TemplateValue.Sequence or TemplateValue.Mapping or TemplateValue.Words or TemplateValue.Undefined,
            "iterable" => value is TemplateValue.Sequence or TemplateValue.Mapping or TemplateValue.Words or TemplateValue.Undefined,
            "callable" => value is TemplateValue.Callable,
            "odd" => Whole(value, call, name) is { } whole && !whole.IsEven,
            "even" => Whole(value, call, name) is { } whole && whole.IsEven,
            "divisibleby" => Whole(value, call, name) is { } whole
                && call.Count(0, "num", 1) is not 0 and var divisor
                && (whole % divisor).IsZero,
            "lower" => value is TemplateValue.Words words && words.Value.Any(char.IsLower) && !words.Value.Any(char.IsUpper),
            "upper" => value is TemplateValue.Words words && words.Value.Any(char.IsUpper) && !words.Value.Any(char.IsLower),
            _ => call.Run.Refuse(FaultKind.Unsupported, call.At, $"the test {name}") is TemplateValue.Truth,
        };
    }

    private static System.Numerics.BigInteger? Whole(TemplateValue value, TemplateCall call, string name) =>
        TemplateOperators.Whole(value)
            ?? call.Run.Wrong<System.Numerics.BigInteger?>(call.At, $"the test {name} of {value.TypeName}", null);
}
