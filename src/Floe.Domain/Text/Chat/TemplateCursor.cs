namespace Floe.Domain.Text.Chat;

/// <summary>A place in a list of tokens, and the first fault that was met there: after it every token is the end.</summary>
/// <param name="tokens">The tokens, an end after them.</param>
internal sealed class TemplateCursor(IReadOnlyList<TemplateToken> tokens)
{
    /// <summary>Deepest nesting of brackets and blocks.</summary>
    private const int Deepest = 32;

    private int index;
    private int depth;

    /// <summary>The first fault; null where there is none.</summary>
    public TemplateFault? Fault { get; private set; }

    /// <summary>The token that comes next.</summary>
    public TemplateToken Next => Fault is null ? tokens[index] : tokens[^1];

    /// <summary>The token after it.</summary>
    public TemplateToken Second => Fault is null && index + 1 < tokens.Count ? tokens[index + 1] : tokens[^1];

    /// <summary>Takes the next token.</summary>
    public TemplateToken Take()
    {
        TemplateToken taken = Next;
        index += index + 1 < tokens.Count ? 1 : 0;
        return taken;
    }

    /// <summary>Takes a sign or a name where it comes next.</summary>
    public bool Takes(string text)
    {
        bool found = Next.Is(text);
        if (found)
        {
            _ = Take();
        }

        return found;
    }

    /// <summary>Takes a sign or a name that must come next.</summary>
    public void Expect(string text)
    {
        if (!Takes(text))
        {
            Refuse(FaultKind.Wrong, $"{Next.Shown} in place of `{text}`");
        }
    }

    /// <summary>Takes a token of a kind that must come next.</summary>
    public TemplateToken Expect(TokenKind kind, string words)
    {
        if (Next.Kind != kind)
        {
            Refuse(FaultKind.Wrong, $"{Next.Shown} in place of {words}");
        }

        return Take();
    }

    /// <summary>Keeps a fault at the next token, unless there is one.</summary>
    public void Refuse(FaultKind kind, string words) => Refuse(kind, Next.At, words);

    /// <summary>Keeps a fault, unless there is one.</summary>
    public void Refuse(FaultKind kind, int at, string words) => Fault ??= new TemplateFault(kind, at, words);

    /// <summary>Reads something inside of what is being read.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++depth > Deepest)
        {
            Refuse(FaultKind.Limit, $"nesting of more than {Deepest}");
        }

        T inner = read();
        depth--;
        return inner;
    }
}
