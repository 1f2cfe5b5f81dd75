using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Floe.Domain.Text.Chat;

/// <summary>Reads the expressions of a template, with the ranks of operators that Jinja gives them.</summary>
/// <param name="cursor">Where it reads.</param>
internal sealed class ExpressionParser(TemplateCursor cursor)
{
    private static readonly string[][] Ranks = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]];
    private static readonly string[] Comparisons = ["==", "!=", ">", ">=", "<", "<=", "in"];

    /// <summary>An expression.</summary>
    public TemplateExpression Read() => cursor.Nested(Conditional);

    /// <summary>An expression without <c>if</c>, as what a loop goes over.</summary>
    public TemplateExpression ReadPlain() => cursor.Nested(Or);

    /// <summary>Filters alone, as after the name of a set block.</summary>
    public ImmutableArray<TemplateSuffix> Filters()
    {
        List<TemplateSuffix> filters = [];
        while (cursor.Next.Is("|"))
        {
            filters.Add(Filter());
        }

        return [.. filters];
    }

    /// <summary>One expression, or several with commas between them as a tuple.</summary>
    public TemplateExpression ReadTuple()
    {
        int at = cursor.Next.At;
        TemplateExpression first = Read();
        if (!cursor.Next.Is(","))
        {
            return first;
        }

        List<TemplateExpression> items = [first];
        while (cursor.Takes(",")
            && cursor.Next.Kind is not (TokenKind.BlockEnd or TokenKind.PrintEnd or TokenKind.End)
            && !cursor.Next.Is(")"))
        {
            items.Add(Read());
        }

        return new TemplateExpression.ListOf(at, [.. items], IsTuple: true);
    }

    private TemplateExpression Conditional()
    {
        TemplateExpression value = Or();
        if (!cursor.Takes("if"))
        {
            return value;
        }

        TemplateExpression test = Or();
        TemplateExpression? otherwise = cursor.Takes("else") ? Read() : null;
        return new TemplateExpression.Conditional(value.At, test, value, otherwise);
    }

    private TemplateExpression Or() => Logic("or", () => Logic("and", Not));

    private TemplateExpression Logic(string word, Func<TemplateExpression> operand)
    {
        TemplateExpression first = operand();
        if (!cursor.Next.Is(word))
        {
            return first;
        }

        List<TemplateExpression> items = [first];
        while (cursor.Takes(word))
        {
            items.Add(operand());
        }

        return new TemplateExpression.Logic(first.At, word == "or", [.. items]);
    }

    private TemplateExpression Not()
    {
        int at = cursor.Next.At;
        int count = 0;
        while (cursor.Takes("not"))
        {
            count++;
        }

        TemplateExpression inner = Comparison();
        return count == 0 ? inner
            : new TemplateExpression.Prefix(at, "not", count % 2 == 1 ? inner : new TemplateExpression.Prefix(at, "not", inner));
    }

    private TemplateExpression Comparison()
    {
        TemplateExpression first = Binary(0);
        List<(string, int, TemplateExpression)> rest = [];
        while (true)
        {
            TemplateToken sign = cursor.Next;
            bool negated = sign.Is("not") && cursor.Second.Is("in");
            if (!negated && !Array.Exists(Comparisons, sign.Is))
            {
                break;
            }

            _ = cursor.Take();
            _ = negated && cursor.Takes("in");
            rest.Add((negated ? "not in" : sign.Text, sign.At, Binary(0)));
        }

        return rest.Count == 0 ? first : new TemplateExpression.Comparison(first.At, first, [.. rest]);
    }

    private TemplateExpression Binary(int rank)
    {
        if (rank == Ranks.Length)
        {
            return Unary(filters: true);
        }

        TemplateExpression first = Binary(rank + 1);
        List<(string, int, TemplateExpression)> rest = [];
        while (cursor.Next is { Kind: TokenKind.Sign } sign && Ranks[rank].Contains(sign.Text))
        {
            _ = cursor.Take();
            rest.Add((sign.Text, sign.At, Binary(rank + 1)));
        }

        return rest.Count == 0 ? first : new TemplateExpression.Chain(first.At, first, [.. rest]);
    }

    private TemplateExpression Unary(bool filters)
    {
        TemplateToken first = cursor.Next;
        TemplateExpression start = cursor.Takes("-") || cursor.Takes("+")
            ? new TemplateExpression.Prefix(first.At, first.Text, cursor.Nested(() => Unary(filters: false)))
            : Primary();
        List<TemplateSuffix> suffixes = [];
        while (Suffix(filters) is { } suffix)
        {
            suffixes.Add(suffix);
        }

        return suffixes.Count == 0 ? start : new TemplateExpression.Followed(first.At, start, [.. suffixes]);
    }

    private TemplateSuffix? Suffix(bool filters)
    {
        TemplateToken next = cursor.Next;
        return next.Is(".") ? Member()
            : next.Is("[") ? Subscript()
            : next.Is("(") ? new TemplateSuffix.Call(next.At, Arguments())
            : filters && next.Is("|") ? Filter()
            : filters && next.Is("is") ? Test()
            : null;
    }

    private TemplateSuffix.Member Member()
    {
        int at = cursor.Take().At;
        return new TemplateSuffix.Member(at, cursor.Expect(TokenKind.Name, "a name after the dot").Text);
    }

    private TemplateSuffix Subscript()
    {
        int at = cursor.Take().At;
        TemplateExpression? from = cursor.Next.Is(":") ? null : Read();
        if (!cursor.Next.Is(":"))
        {
            cursor.Expect("]");
            return new TemplateSuffix.Index(at, from!);
        }

        TemplateExpression? to = Bound();
        TemplateExpression? step = cursor.Next.Is(":") ? Bound() : null;
        cursor.Expect("]");
        return new TemplateSuffix.Slice(at, from, to, step);
    }

    private TemplateExpression? Bound()
    {
        cursor.Expect(":");
        return cursor.Next.Is(":") || cursor.Next.Is("]") ? null : Read();
    }

    private TemplateSuffix.Filter Filter()
    {
        int at = cursor.Take().At;
        string name = cursor.Expect(TokenKind.Name, "the name of a filter").Text;
        return new TemplateSuffix.Filter(at, name, cursor.Next.Is("(") ? Arguments() : TemplateArguments.None);
    }

    private TemplateSuffix.Test Test()
    {
        int at = cursor.Take().At;
        bool negated = cursor.Takes("not");
        string name = cursor.Expect(TokenKind.Name, "the name of a test").Text;
        bool one = cursor.Next is { Kind: TokenKind.Name or TokenKind.Quoted or TokenKind.Whole or TokenKind.Real, Text: not (
            "else" or "or" or "and" or "is" or "if" or "in" or "not") }
            || cursor.Next.Is("[") || cursor.Next.Is("{");
        TemplateArguments arguments = cursor.Next.Is("(") ? Arguments()
            : one ? new TemplateArguments([cursor.Nested(() => Unary(filters: false))], [])
            : TemplateArguments.None;
        return new TemplateSuffix.Test(at, name, arguments, negated);
    }

    private TemplateArguments Arguments()
    {
        cursor.Expect("(");
        List<TemplateExpression> values = [];
        List<(string, TemplateExpression)> named = [];
        while (!cursor.Next.Is(")") && cursor.Fault is null)
        {
            if (cursor.Next.Is("*") || cursor.Next.Is("**"))
            {
                cursor.Refuse(FaultKind.Unsupported, $"an argument with {cursor.Next.Text}");
            }
            else if (cursor.Next.Kind == TokenKind.Name && cursor.Second.Is("="))
            {
                string name = cursor.Take().Text;
                cursor.Expect("=");
                named.Add((name, Read()));
            }
            else
            {
                values.Add(Read());
            }

            if (!cursor.Takes(","))
            {
                break;
            }
        }

        cursor.Expect(")");
        return new TemplateArguments([.. values], [.. named]);
    }

    private TemplateExpression Primary()
    {
        TemplateToken next = cursor.Next;
        switch (next.Kind)
        {
            case TokenKind.Name:
                _ = cursor.Take();
                return next.Text switch
                {
                    "true" or "True" => new TemplateExpression.Constant(next.At, new TemplateValue.Truth(true)),
                    "false" or "False" => new TemplateExpression.Constant(next.At, new TemplateValue.Truth(false)),
                    "none" or "None" => new TemplateExpression.Constant(next.At, new TemplateValue.Nothing()),
                    _ => new TemplateExpression.Variable(next.At, next.Text),
                };
            case TokenKind.Quoted:
                return new TemplateExpression.Constant(next.At, new TemplateValue.Words(Joined()));
            case TokenKind.Whole:
                return new TemplateExpression.Constant(
                    next.At, TemplateValue.Number(BigInteger.Parse(cursor.Take().Text, CultureInfo.InvariantCulture)));
            case TokenKind.Real:
                return new TemplateExpression.Constant(
                    next.At, new TemplateValue.Real(double.Parse(cursor.Take().Text, CultureInfo.InvariantCulture)));
            default:
                return next.Is("(") ? Bracketed() : next.Is("[") ? List() : next.Is("{") ? Map() : Refused(next);
        }
    }

    // Texts side by side are one.
    private string Joined()
    {
        List<string> parts = [];
        while (cursor.Next.Kind == TokenKind.Quoted)
        {
            parts.Add(cursor.Take().Text);
        }

        return string.Concat(parts);
    }

    private TemplateExpression Bracketed()
    {
        int at = cursor.Take().At;
        TemplateExpression inner = cursor.Next.Is(")") ? new TemplateExpression.ListOf(at, [], IsTuple: true) : ReadTuple();
        cursor.Expect(")");
        return inner;
    }

    private TemplateExpression.ListOf List()
    {
        int at = cursor.Take().At;
        List<TemplateExpression> items = [];
        while (!cursor.Next.Is("]") && cursor.Fault is null)
        {
            items.Add(Read());
            if (!cursor.Takes(","))
            {
                break;
            }
        }

        cursor.Expect("]");
        return new TemplateExpression.ListOf(at, [.. items], IsTuple: false);
    }

    private TemplateExpression.MapOf Map()
    {
        int at = cursor.Take().At;
        List<(TemplateExpression, TemplateExpression)> items = [];
        while (!cursor.Next.Is("}") && cursor.Fault is null)
        {
            TemplateExpression key = Read();
            cursor.Expect(":");
            items.Add((key, Read()));
            if (!cursor.Takes(","))
            {
                break;
            }
        }

        cursor.Expect("}");
        return new TemplateExpression.MapOf(at, [.. items]);
    }

    private TemplateExpression.Constant Refused(TemplateToken found)
    {
        cursor.Refuse(FaultKind.Wrong, $"{found.Shown} in place of a value");
        return new TemplateExpression.Constant(found.At, new TemplateValue.Nothing());
    }
}
