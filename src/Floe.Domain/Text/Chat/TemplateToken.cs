namespace Floe.Domain.Text.Chat;

/// <summary>The kinds of token of a template.</summary>
internal enum TokenKind
{
    /// <summary>The end of the template.</summary>
    End = 0,

    /// <summary>Text that is printed as it is.</summary>
    Data = 1,

    /// <summary><c>{%</c>.</summary>
    BlockStart = 2,

    /// <summary><c>%}</c>.</summary>
    BlockEnd = 3,

    /// <summary><c>{{</c>.</summary>
    PrintStart = 4,

    /// <summary><c>}}</c>.</summary>
    PrintEnd = 5,

    /// <summary>A name or a word of the language.</summary>
    Name = 6,

    /// <summary>A text in quotes, its escapes resolved.</summary>
    Quoted = 7,

    /// <summary>A whole number.</summary>
    Whole = 8,

    /// <summary>A number with a fraction or an exponent.</summary>
    Real = 9,

    /// <summary>A sign such as <c>==</c>.</summary>
    Sign = 10,
}

/// <summary>One token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="At">Where it starts.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int At)
{
    /// <summary>Whether this is the sign or the name <paramref name="text"/>.</summary>
    public bool Is(string text) => Kind is TokenKind.Sign or TokenKind.Name && Text == text;

    /// <summary>The token as a message names it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.BlockEnd => "%}",
        TokenKind.PrintEnd => "}}",
        TokenKind.Quoted => "a text in quotes",
        _ => $"`{Text}`",
    };
}
