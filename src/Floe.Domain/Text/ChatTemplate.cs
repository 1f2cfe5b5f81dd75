using System.Text.RegularExpressions;

namespace Floe.Domain.Text;

/// <summary>How the files of a model write conversations, as far as Floe reads them: ChatML, or something else.</summary>
public abstract partial record ChatTemplate
{
    private ChatTemplate()
    {
    }

    /// <summary>No file says.</summary>
    public sealed record Absent : ChatTemplate;

    /// <summary>Each message is <c>&lt;|im_start|&gt;role\ncontent&lt;|im_end|&gt;\n</c>.</summary>
    /// <param name="System">The system message of a conversation that begins without one; none where it is empty.</param>
    public sealed record ChatMl(string System) : ChatTemplate;

    /// <summary>A template that is not read.</summary>
    /// <param name="Where">Its file and key.</param>
    public sealed record Other(string Where) : ChatTemplate;

    /// <summary>Recognises ChatML in a Jinja template by its text, with or without a default system message; every other text is <see cref="Other"/>.</summary>
    /// <param name="where">Its file and key.</param>
    /// <param name="template">Its text.</param>
    public static ChatTemplate Of(string where, string template) => Known().Match(template) is { Success: true } match
        ? new ChatMl(match.Groups["system"].Value.Replace("\\n", "\n", StringComparison.Ordinal))
        : new Other(where);

    [GeneratedRegex(
        """
        ^(?:{%-?\ *if\ not\ add_generation_prompt\ is\ defined\ *-?%}{%-?\ *set\ add_generation_prompt\ =\ false\ *-?%}{%-?\ *endif\ *-?%})?
        {%-?\ *for\ message\ in\ messages\ *-?%}
        (?:{%-?\ *if\ loop\.first\ and\ messages\[0\]\[['"]role['"]\]\ !=\ ['"]system['"]\ *-?%}
        {{-?\ *(?:'<\|im_start\|>system(?:\\n|\n)(?<system>(?:[^'"\\{}]|\\n)+)<\|im_end\|>(?:\\n|\n)')\ *-?}}{%-?\ *endif\ *-?%})?
        {{-?\ *['"]<\|im_start\|>['"]\ *\+\ *message(?:\[['"]role['"]\]|\.role)
        \ *\+\ *['"](?:\\n|\n)['"]\ *\+\ *message(?:\[['"]content['"]\]|\.content)
        \ *\+\ *['"]<\|im_end\|>(?:['"]\ *\+\ *['"])?(?:\\n|\n)['"]\ *-?}}
        {%-?\ *endfor\ *-?%}
        (?:{%-?\ *if\ add_generation_prompt\ *-?%}{{-?\ *['"]<\|im_start\|>assistant(?:\\n|\n)['"]\ *-?}}{%-?\ *endif\ *-?%})?\n?$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
