using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>Reads the statements of a template.</summary>
internal sealed class StatementParser
{
    private readonly TemplateCursor cursor;
    private readonly ExpressionParser expressions;
    private int loops;

    /// <summary>A parser of tokens.</summary>
    public StatementParser(TemplateCursor cursor) => (this.cursor, expressions) = (cursor, new ExpressionParser(cursor));

    /// <summary>The whole template.</summary>
    public ImmutableArray<TemplateStatement> Read()
    {
        ImmutableArray<TemplateStatement> all = Body();
        if (cursor.Next.Kind != TokenKind.End)
        {
            cursor.Refuse(FaultKind.Wrong, $"{cursor.Second.Shown} that nothing opened");
        }

        return all;
    }

    // Everything up to one of some words, which is left where it is, or up to the end.
    private ImmutableArray<TemplateStatement> Body(params string[] ends) => cursor.Nested(() =>
    {
        List<TemplateStatement> statements = [];
        while (cursor.Next.Kind != TokenKind.End
            && !(cursor.Next.Kind == TokenKind.BlockStart && (Array.Exists(ends, cursor.Second.Is) || Closes(cursor.Second))))
        {
            statements.Add(Statement());
        }

        return ImmutableArray.CreateRange(statements);
    });

    private static bool Closes(TemplateToken word) =>
        word.Kind == TokenKind.Name && (word.Text.StartsWith("end", StringComparison.Ordinal) || word.Text is "else" or "elif");

    private TemplateStatement Statement()
    {
        TemplateToken first = cursor.Take();
        if (first.Kind == TokenKind.Data)
        {
            return new TemplateStatement.Data(first.At, first.Text);
        }

        if (first.Kind == TokenKind.PrintStart)
        {
            TemplateExpression value = expressions.ReadTuple();
            _ = cursor.Expect(TokenKind.PrintEnd, "}}");
            return new TemplateStatement.Print(first.At, value);
        }

        TemplateToken word = cursor.Expect(TokenKind.Name, "the name of a statement");
        switch (word.Text)
        {
            case "if":
                return If(word.At);
            case "for":
                return For(word.At);
            case "set":
                return Set(word.At);
            case "macro":
                return Macro(word.At);
            case "generation":
                Close();
                ImmutableArray<TemplateStatement> inside = Body("endgeneration");
                End("endgeneration");
                return new TemplateStatement.Generation(word.At, inside);
            case "break" or "continue" when loops > 0:
                Close();
                return new TemplateStatement.Leave(word.At, word.Text == "break");
            default:
                cursor.Refuse(FaultKind.Unsupported, word.At, $"the statement {word.Text}");
                return new TemplateStatement.Data(word.At, "");
        }
    }

    private TemplateStatement.If If(int at)
    {
        List<(TemplateExpression?, ImmutableArray<TemplateStatement>)> branches = [];
        TemplateExpression? test = expressions.ReadTuple();
        while (true)
        {
            Close();
            branches.Add((test, Body("elif", "else", "endif")));
            if (test is null || !Opens("elif", "else"))
            {
                break;
            }

            _ = cursor.Take();
            test = cursor.Take().Text == "elif" ? expressions.ReadTuple() : null;
        }

        End("endif");
        return new TemplateStatement.If(at, [.. branches]);
    }

    private TemplateStatement.For For(int at)
    {
        ImmutableArray<string> names = Names();
        cursor.Expect("in");
        TemplateExpression items = expressions.ReadPlain();
        TemplateExpression? filter = cursor.Takes("if") ? expressions.Read() : null;
        if (cursor.Next.Is("recursive"))
        {
            cursor.Refuse(FaultKind.Unsupported, "a recursive loop");
        }

        Close();
        loops++;
        ImmutableArray<TemplateStatement> body = Body("else", "endfor");
        loops--;
        ImmutableArray<TemplateStatement> otherwise = [];
        if (Opens("else"))
        {
            _ = (cursor.Take(), cursor.Take());
            Close();
            otherwise = Body("endfor");
        }

        End("endfor");
        return new TemplateStatement.For(at, names, items, filter, body, otherwise);
    }

    private TemplateStatement Set(int at)
    {
        ImmutableArray<string> names = Names();
        string? member = cursor.Takes(".") ? cursor.Expect(TokenKind.Name, "the name of a member").Text : null;
        if (cursor.Takes("="))
        {
            TemplateExpression value = expressions.ReadTuple();
            Close();
            return new TemplateStatement.Set(at, names, member, value);
        }

        ImmutableArray<TemplateSuffix> filters = expressions.Filters();
        if (names.Length > 1 || member is not null)
        {
            cursor.Refuse(FaultKind.Wrong, $"{cursor.Next.Shown} in place of `=`");
        }

        Close();
        ImmutableArray<TemplateStatement> body = Body("endset");
        End("endset");
        return new TemplateStatement.SetBlock(at, names[0], filters, body);
    }

    private TemplateStatement.Macro Macro(int at)
    {
        string name = cursor.Expect(TokenKind.Name, "the name of a macro").Text;
        cursor.Expect("(");
        List<(string, TemplateExpression?)> parameters = [];
        while (!cursor.Next.Is(")") && cursor.Fault is null)
        {
            string parameter = cursor.Expect(TokenKind.Name, "a parameter").Text;
            parameters.Add((parameter, cursor.Takes("=") ? expressions.Read() : null));
            if (!cursor.Takes(","))
            {
                break;
            }
        }

        cursor.Expect(")");
        Close();
        (int outer, loops) = (loops, 0);
        ImmutableArray<TemplateStatement> body = Body("endmacro");
        loops = outer;
        End("endmacro");
        return new TemplateStatement.Macro(at, name, [.. parameters], body);
    }

    private ImmutableArray<string> Names()
    {
        bool bracket = cursor.Takes("(");
        List<string> names = [cursor.Expect(TokenKind.Name, "a name").Text];
        while (cursor.Takes(","))
        {
            names.Add(cursor.Expect(TokenKind.Name, "a name").Text);
        }

        if (bracket)
        {
            cursor.Expect(")");
        }

        return [.. names];
    }

    private bool Opens(params string[] words) => cursor.Next.Kind == TokenKind.BlockStart && Array.Exists(words, cursor.Second.Is);

    private void Close() => cursor.Expect(TokenKind.BlockEnd, "%}");

    private void End(string word)
    {
        if (!Opens(word))
        {
            cursor.Refuse(
                FaultKind.Wrong, cursor.Next.Kind == TokenKind.End
                    ? $"the end of the template in place of {word}"
                    : $"{cursor.Second.Shown} in place of {word}");
        }

        _ = (cursor.Take(), cursor.Take());
        Close();
    }
}
