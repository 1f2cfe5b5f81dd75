using System.Text;
using LanguageExt;

namespace Floe.Domain.Text.Chat;

/// <summary>
/// Cuts a template into tokens, as Jinja does with the settings of transformers: <c>trim_blocks</c> (the line end after a block goes),
/// <c>lstrip_blocks</c> (white space before a block on its line goes), the signs <c>-</c> and <c>+</c> inside the delimiters, one line end
/// at the end of the template dropped.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] Signs =
    [
        "**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",",
    ];

    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private int at;
    private bool lineStarts = true;
    private TemplateFault? fault;

    private TemplateLexer(string source) => this.source = source;

    /// <summary>The text that places of tokens count in: line ends are <c>\n</c>, the last one is dropped.</summary>
    public static string Normalized(string template)
    {
        string text = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>The tokens of a normalized template, an end after them.</summary>
    public static Either<TemplateFault, IReadOnlyList<TemplateToken>> Read(string source)
    {
        TemplateLexer lexer = new(source);
        while (lexer.fault is null && lexer.at < source.Length)
        {
            lexer.Piece();
        }

        lexer.tokens.Add(new TemplateToken(TokenKind.End, "", source.Length));
        return lexer.fault is { } fault ? fault : Prelude.Right<TemplateFault, IReadOnlyList<TemplateToken>>(lexer.tokens);
    }

    private void Piece()
    {
        int open = Opening(at);
        if (open < 0)
        {
            Data(source[at..], at);
            at = source.Length;
            return;
        }

        char kind = source[open + 1];
        char sign = open + 2 < source.Length && source[open + 2] is '-' or '+' ? source[open + 2] : ' ';
        Data(Before(source[at..open], kind, sign), at);
        at = open + (sign == ' ' ? 2 : 3);
        if (kind == '#')
        {
            Comment(open);
        }
        else if (kind == '%' && Word(at, "raw") is int raw && EndOf(raw) is int start)
        {
            at = start;
            Raw(open);
        }
        else
        {
            tokens.Add(new TemplateToken(kind == '%' ? TokenKind.BlockStart : TokenKind.PrintStart, source[open..at], open));
            Inside(kind == '%' ? "%}" : "}}", open);
        }
    }

    private int Opening(int from)
    {
        for (int open = source.IndexOf('{', from); open >= 0 && open + 1 < source.Length; open = source.IndexOf('{', open + 1))
        {
            if (source[open + 1] is '%' or '{' or '#')
            {
                return open;
            }
        }

        return -1;
    }

    private string Before(string text, char kind, char sign)
    {
        if (sign == '-')
        {
            return PythonText.TrimEnd(text);
        }

        int line = text.LastIndexOf('\n') + 1;
        bool strips = sign == ' ' && kind != '{' && (line > 0 || lineStarts) && text.AsSpan(line).IndexOfAnyExcept(PythonText.Spaces) < 0;
        return strips ? text[..line] : text;
    }

    private void Data(string text, int start)
    {
        if (text.Length > 0)
        {
            tokens.Add(new TemplateToken(TokenKind.Data, text, start));
        }
    }

    private void Comment(int open)
    {
        int close = source.IndexOf("#}", at, StringComparison.Ordinal);
        if (close < 0)
        {
            fault = new TemplateFault(FaultKind.Wrong, open, "a comment without #}");
            return;
        }

        After(close + 2, close > at ? source[close - 1] : ' ', trims: true);
    }

    // What a closing delimiter takes with it: all white space after `-`, else one line end after a block.
    private void After(int end, char sign, bool trims)
    {
        at = end;
        if (sign == '-')
        {
            at = source.AsSpan(end).IndexOfAnyExcept(PythonText.Spaces) is >= 0 and var length ? end + length : source.Length;
        }
        else if (trims && sign != '+' && at < source.Length && source[at] == '\n')
        {
            at++;
        }

        lineStarts = source[at - 1] == '\n';
    }

    private void Raw(int open)
    {
        for (int end = source.IndexOf("{%", at, StringComparison.Ordinal); end >= 0; end = source.IndexOf(
            "{%", end + 2, StringComparison.Ordinal))
        {
            char sign = end + 2 < source.Length && source[end + 2] is '-' or '+' ? source[end + 2] : ' ';
            if (Word(end + (sign == ' ' ? 2 : 3), "endraw") is int word && EndOf(word) is int stop)
            {
                Data(Before(source[at..end], '%', sign), at);
                int close = source.LastIndexOf("%}", stop - 1, StringComparison.Ordinal);
                After(close + 2, source[close - 1], trims: true);
                return;
            }
        }

        fault = new TemplateFault(FaultKind.Wrong, open, "raw without endraw");
    }

    // Where a word ends that stands alone after white space; null where another one is there.
    private int? Word(int from, string word)
    {
        int start = Skip(from);
        int end = start + word.Length;
        return string.CompareOrdinal(source, start, word, 0, word.Length) == 0 && (end >= source.Length || !IsName(source[end]))
            ? end
            : null;
    }

    // Where the text after a block starts whose closing delimiter comes next; null where something else does.
    private int? EndOf(int from)
    {
        int start = Skip(from);
        bool strips = start < source.Length && source[start] is '-' or '+';
        start += strips ? 1 : 0;
        return string.CompareOrdinal(source, start, "%}", 0, 2) != 0
            ? null
            : strips && source[start - 1] == '-'
            ? Skip(start + 2)
            : start + 2;
    }

    private int Skip(int from) =>
        from >= source.Length
            ? source.Length
            : source.AsSpan(from).IndexOfAnyExcept(PythonText.Spaces) is >= 0 and var length
            ? from + length
            : source.Length;

    private void Inside(string close, int open)
    {
        int depth = 0;
        while (fault is null)
        {
            at = Skip(at);
            if (at >= source.Length)
            {
                fault = new TemplateFault(FaultKind.Wrong, open, $"a tag without {close}");
            }
            else if (depth == 0 && Closes(close) is char sign)
            {
                tokens.Add(new TemplateToken(close == "%}" ? TokenKind.BlockEnd : TokenKind.PrintEnd, close, at));
                After(at + (sign == ' ' ? 2 : 3), sign, trims: close == "%}");
                return;
            }
            else
            {
                Token();
                depth += tokens[^1].Kind != TokenKind.Sign
                    ? 0
                    : tokens[^1].Text is "(" or "[" or "{"
                    ? 1
                    : tokens[^1].Text is ")" or "]" or "}"
                    ? -1
                    : 0;
            }
        }
    }

    private char? Closes(string close)
    {
        char sign = source[at] == '-' || (source[at] == '+' && close == "%}") ? source[at] : ' ';
        return string.CompareOrdinal(source, at + (sign == ' ' ? 0 : 1), close, 0, 2) == 0 ? sign : null;
    }

    private void Token()
    {
        char first = source[at];
        int start = at;
        if (first is '"' or '\'')
        {
            Quoted(first);
        }
        else if (char.IsAsciiDigit(first))
        {
            Number();
        }
        else if (IsName(first))
        {
            while (at < source.Length && IsName(source[at]))
            {
                at++;
            }

            tokens.Add(new TemplateToken(TokenKind.Name, source[start..at], start));
        }
        else if (Signs.FirstOrDefault(sign => string.CompareOrdinal(source, start, sign, 0, sign.Length) == 0) is { } found)
        {
            at += found.Length;
            tokens.Add(new TemplateToken(TokenKind.Sign, found, start));
        }
        else
        {
            fault = new TemplateFault(FaultKind.Wrong, at, $"the character `{first}`");
        }
    }

    private void Number()
    {
        int start = at;
        Digits();
        bool real = at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]);
        if (real)
        {
            at++;
            Digits();
        }

        int exponent = at < source.Length && source[at] is 'e' or 'E' ? at + 1 : -1;
        exponent += exponent > 0 && exponent < source.Length && source[exponent] is '+' or '-' ? 1 : 0;
        if (exponent > 0 && exponent < source.Length && char.IsAsciiDigit(source[exponent]))
        {
            (at, real) = (exponent, true);
            Digits();
        }

        tokens.Add(
            new TemplateToken(
                real ? TokenKind.Real : TokenKind.Whole, source[start..at].Replace("_", "", StringComparison.Ordinal), start));
    }

    private void Digits()
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || source[at] == '_'))
        {
            at++;
        }
    }

    private void Quoted(char quote)
    {
        int start = at++;
        StringBuilder text = new();
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] == '\\' && at + 1 < source.Length)
            {
                at += TemplateEscapes.Append(source, at, text);
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        if (at >= source.Length)
        {
            fault = new TemplateFault(FaultKind.Wrong, start, "a text without its closing quote");
            return;
        }

        at++;
        tokens.Add(new TemplateToken(TokenKind.Quoted, text.ToString(), start));
    }

    private static bool IsName(char c) => c == '_' || char.IsLetterOrDigit(c);
}
