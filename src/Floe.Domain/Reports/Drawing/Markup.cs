using System.Text;
using LanguageExt;

namespace Floe.Domain.Reports.Drawing;

/// <summary>A piece of HTML or SVG as a value. Text is escaped when it is rendered, so no caller can forget to.</summary>
/// <remarks>The rendered form is well-formed XML and valid HTML at once: empty elements of HTML close themselves, all others are closed by
/// a tag.</remarks>
internal abstract record Markup
{
    private static readonly Set<string> Void = Prelude.Set("meta", "br", "hr", "rect", "line", "path", "circle");

    private Markup()
    {
    }

    /// <summary>Characters to be shown as they are.</summary>
    /// <param name="Value">The characters; markup in them is shown, not interpreted.</param>
    public sealed record Text(string Value) : Markup;

    /// <summary>An element with its attributes and children.</summary>
    /// <param name="Name">Tag name.</param>
    /// <param name="Attributes">Names and values, in the order in which they are written; values are escaped.</param>
    /// <param name="Children">Content, in order.</param>
    public sealed record Element(string Name, Arr<(string Name, string Value)> Attributes, Arr<Markup> Children) : Markup;

    /// <summary>Several pieces after one another; also the empty piece.</summary>
    /// <param name="Items">The pieces.</param>
    public sealed record Many(Arr<Markup> Items) : Markup;

    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new Many(Arr<Markup>.Empty);

    /// <summary>Plain text as a piece of markup.</summary>
    public static implicit operator Markup(string text) => new Text(text);

    /// <summary>An element with children given one by one.</summary>
    public static Markup El(string name, (string Name, string Value)[] attributes, params Markup[] children) =>
        new Element(name, Prelude.toArray(attributes), Prelude.toArray(children));

    /// <summary>An element with children from a sequence.</summary>
    public static Markup El(string name, (string Name, string Value)[] attributes, IEnumerable<Markup> children) =>
        new Element(name, Prelude.toArray(attributes), Prelude.toArray(children));

    /// <summary>Several pieces as one.</summary>
    public static Markup All(params Markup[] items) => new Many(Prelude.toArray(items));

    /// <summary>A sequence of pieces as one.</summary>
    public static Markup All(IEnumerable<Markup> items) => new Many(Prelude.toArray(items));

    /// <summary>The text of this piece. The same value always gives the same characters.</summary>
    public string Render()
    {
        var builder = new StringBuilder();
        Write(this, builder);
        return builder.ToString();
    }

    private static void Write(Markup markup, StringBuilder to)
    {
        switch (markup)
        {
            case Text text:
                Escape(text.Value, quotes: false, to);
                break;
            case Many many:
                foreach (Markup item in many.Items)
                {
                    Write(item, to);
                }

                break;
            case Element element:
                Write(element, to);
                break;
        }
    }

    private static void Write(Element element, StringBuilder to)
    {
        to.Append('<').Append(element.Name);
        foreach ((string name, string value) in element.Attributes)
        {
            to.Append(' ').Append(name).Append("=\"");
            Escape(value, quotes: true, to);
            to.Append('"');
        }

        if (element.Children.IsEmpty && Void.Contains(element.Name))
        {
            to.Append("/>");
            return;
        }

        to.Append('>');
        foreach (Markup child in element.Children)
        {
            Write(child, to);
        }

        to.Append("</").Append(element.Name).Append('>');
    }

    /// <summary>XML 1.0 has no way to write most control characters or a lone surrogate, so a replacement character stands for
    /// them.</summary>
    private static void Escape(string value, bool quotes, StringBuilder to)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            if (pair)
            {
                to.Append(c).Append(value[++i]);
                continue;
            }

            _ = c switch
            {
                '&' => to.Append("&amp;"),
                '<' => to.Append("&lt;"),
                '>' => to.Append("&gt;"),
                '"' when quotes => to.Append("&quot;"),
                '\t' or '\n' => to.Append(c),
                '\r' => to.Append("&#13;"),
                < ' ' or '\u007f' or '\ufffe' or '\uffff' => to.Append('\ufffd'),
                _ when char.IsSurrogate(c) => to.Append('\ufffd'),
                _ => to.Append(c),
            };
        }
    }
}
