using System.Numerics;

namespace Floe.Domain.Text.Chat;

/// <summary>The operators between values, as Python has them.</summary>
internal static class TemplateOperators
{
    private const long MostBits = 4096;
    private const long MostItems = 1 << 22;
    private const int Deepest = 100;

    /// <summary>The value of <c>left sign right</c>.</summary>
    public static TemplateValue Apply(TemplateRun run, int at, string sign, TemplateValue left, TemplateValue right)
    {
        run.Charge(at, 1);
        return (sign, left, right) switch
        {
            ("~", _, _) => Joined(run, at, run.Text(at, left), run.Text(at, right)),
            ("+", TemplateValue.Words a, TemplateValue.Words b) => Joined(run, at, a.Value, b.Value),
            ("+", TemplateValue.Sequence a, TemplateValue.Sequence b) when a.IsTuple == b.IsTuple => Concatenated(run, at, a, b),
            ("*", TemplateValue.Words a, _) when Whole(right) is { } times => Repeated(run, at, a, times),
            ("*", TemplateValue.Sequence a, _) when Whole(right) is { } times => Repeated(run, at, a, times),
            ("*", _, TemplateValue.Words or TemplateValue.Sequence) when Whole(left) is not null => Apply(run, at, sign, right, left),
            ("%", TemplateValue.Words, _) => run.Refuse(FaultKind.Unsupported, at, "the operator % on a text"),
            _ when Whole(left) is { } a && Whole(right) is { } b && sign != "/" => Integers(run, at, sign, a, b),
            _ when Real(left) is { } a && Real(right) is { } b => Reals(run, at, sign, a, b),
            _ => run.Refuse(FaultKind.Wrong, at, $"{left.TypeName} {sign} {right.TypeName}{Named(left)}{Named(right)}"),
        };
    }

    /// <summary>Whether <c>left sign right</c> holds.</summary>
    public static bool Compare(TemplateRun run, int at, string sign, TemplateValue left, TemplateValue right)
    {
        run.Charge(at, 1);
        return sign switch
        {
            "==" => Same(run, at, left, right, 0),
            "!=" => !Same(run, at, left, right, 0),
            "in" => Holds(run, at, right, left),
            "not in" => !Holds(run, at, right, left),
            _ => Order(run, at, left, right) is int order
                && sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 },
        };
    }

    /// <summary>Which of two values comes first; a fault where they have no order.</summary>
    public static int? Order(TemplateRun run, int at, TemplateValue left, TemplateValue right) =>
        left is TemplateValue.Words a && right is TemplateValue.Words b ? CompareTexts(a.Value, b.Value)
        : Whole(left) is { } i && Whole(right) is { } j ? i.CompareTo(j)
        : Real(left) is { } x && Real(right) is { } y && !double.IsNaN(x) && !double.IsNaN(y) ? x.CompareTo(y)
        : run.Wrong<int?>(at, $"{left.TypeName} and {right.TypeName}, which have no order{Named(left)}{Named(right)}", null);

    /// <summary>Whether two values are equal.</summary>
    public static bool Same(TemplateRun run, int at, TemplateValue left, TemplateValue right, int depth)
    {
        if (depth > Deepest || run.Fault is not null)
        {
            return run.Refuse(FaultKind.Limit, at, $"a value of more than {Deepest} levels") is TemplateValue.Truth;
        }

        run.Charge(at, 1);
        switch (left, right)
        {
            case (TemplateValue.Words a, TemplateValue.Words b):
                run.Charge(at, Math.Min(a.Value.Length, b.Value.Length));
                return a.Value == b.Value;
            case (TemplateValue.Sequence a, TemplateValue.Sequence b):
                return a.IsTuple == b.IsTuple && a.Items.Length == b.Items.Length
                    && !a.Items.Where((item, index) => !Same(run, at, item, b.Items[index], depth + 1)).Any();
            case (TemplateValue.Mapping a, TemplateValue.Mapping b):
                return a.Items.Length == b.Items.Length
                    && a.Items.All(item => b.Find(item.Key) is { } other && Same(run, at, item.Value, other, depth + 1));
            case (TemplateValue.Nothing, TemplateValue.Nothing) or (TemplateValue.Undefined, TemplateValue.Undefined):
                return true;
            default:
                return Whole(left) is { } i && Whole(right) is { } j ? i == j
                    : Real(left) is { } x && Real(right) is { } y ? x == y
                    : ReferenceEquals(left, right);
        }
    }

    /// <summary>A whole number or a truth value as a number; null for everything else.</summary>
    public static BigInteger? Whole(TemplateValue value) => value switch
    {
        TemplateValue.Whole whole => whole.Value,
        TemplateValue.Truth truth => truth.Value ? 1 : 0,
        _ => null,
    };

    /// <summary>Any number; null for everything else.</summary>
    public static double? Real(TemplateValue value) => value is TemplateValue.Real real
        ? real.Value
        : Whole(value) is { } whole
        ? (double)whole
        : null;

    private static string Named(TemplateValue value) => value is TemplateValue.Undefined undefined
        ? $" ({undefined.What} is undefined)"
        : "";

    // Python orders texts by code points, which UTF-16 does not above U+FFFF.
    private static int CompareTexts(string left, string right)
    {
        if (PythonText.IsPlain(left) && PythonText.IsPlain(right))
        {
            return string.CompareOrdinal(left, right);
        }

        foreach ((System.Text.Rune a, System.Text.Rune b) in left.EnumerateRunes().Zip(right.EnumerateRunes()))
        {
            if (a != b)
            {
                return a.CompareTo(b);
            }
        }

        return PythonText.Length(left).CompareTo(PythonText.Length(right));
    }

    private static bool Holds(TemplateRun run, int at, TemplateValue container, TemplateValue item)
    {
        switch (container, item)
        {
            case (TemplateValue.Words text, TemplateValue.Words part):
                run.Charge(at, text.Value.Length);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case (TemplateValue.Mapping mapping, _):
                return item is TemplateValue.Words key && mapping.Find(key.Value) is not null;
            case (TemplateValue.Sequence sequence, _):
                return sequence.Items.Any(other => Same(run, at, other, item, 0));
            case (TemplateValue.Undefined, _):
                return false;
            default:
                return run.Wrong(at, $"{container.TypeName}, which holds nothing{Named(item)}", false);
        }
    }

    private static TemplateValue Joined(TemplateRun run, int at, string left, string right)
    {
        run.Charge(at, (long)left.Length + right.Length);
        return (long)left.Length + right.Length > MostItems
            ? run.Refuse(FaultKind.Limit, at, $"a text of more than {MostItems} characters")
            : new TemplateValue.Words(left + right);
    }

    private static TemplateValue Concatenated(TemplateRun run, int at, TemplateValue.Sequence left, TemplateValue.Sequence right)
    {
        run.Count(at, (long)left.Items.Length + right.Items.Length);
        return (long)left.Items.Length + right.Items.Length > MostItems
            ? run.Refuse(FaultKind.Limit, at, $"a list of more than {MostItems} items")
            : left with { Items = left.Items.AddRange(right.Items) };
    }

    private static TemplateValue Repeated(TemplateRun run, int at, TemplateValue value, BigInteger times)
    {
        int length = value is TemplateValue.Words text ? text.Value.Length : ((TemplateValue.Sequence)value).Items.Length;
        if (times * length > MostItems)
        {
            return run.Refuse(FaultKind.Limit, at, $"a repetition to more than {MostItems}");
        }

        int count = length == 0 || times.Sign < 0 ? 0 : (int)times;
        if (value is TemplateValue.Words)
        {
            run.Charge(at, (long)count * length);
        }
        else
        {
            run.Count(at, (long)count * length);
        }

        return value switch
        {
            TemplateValue.Words words => new TemplateValue.Words(string.Concat(Enumerable.Repeat(words.Value, count))),
            TemplateValue.Sequence sequence =>
                sequence with { Items = [.. Enumerable.Repeat(sequence.Items, count).SelectMany(items => items)] },
            _ => value,
        };
    }

    private static TemplateValue Integers(TemplateRun run, int at, string sign, BigInteger left, BigInteger right)
    {
        if (sign is "//" or "%" && right.IsZero)
        {
            return run.Refuse(FaultKind.Wrong, at, "a division by zero");
        }

        if (sign == "**" && right.Sign < 0)
        {
            return Reals(run, at, sign, (double)left, (double)right);
        }

        if (Math.Max(left.GetBitLength(), right.GetBitLength()) > MostBits
            || (sign == "**" && (right > MostBits || left.GetBitLength() * (long)right > MostBits)))
        {
            return run.Refuse(FaultKind.Limit, at, $"a number of more than {MostBits} bits");
        }

        BigInteger rest = sign is "//" or "%" ? left - (right * Floor(left, right)) : 0;
        return TemplateValue.Number(sign switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "//" => Floor(left, right),
            "%" => rest,
            _ => BigInteger.Pow(left, (int)right),
        });
    }

    private static BigInteger Floor(BigInteger left, BigInteger right)
    {
        BigInteger quotient = BigInteger.DivRem(left, right, out BigInteger rest);
        return rest.IsZero || rest.Sign == right.Sign ? quotient : quotient - 1;
    }

    private static TemplateValue Reals(TemplateRun run, int at, string sign, double left, double right) =>
        sign is "/" or "//" or "%" && right == 0
            ? run.Refuse(FaultKind.Wrong, at, "a division by zero")
            : new TemplateValue.Real(sign switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "//" => Math.Floor(left / right),
            "%" => left - (right * Math.Floor(left / right)),
            _ => Math.Pow(left, right),
        });
}
