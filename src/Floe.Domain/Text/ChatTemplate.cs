namespace Floe.Domain.Text;

/// <summary>How the files of a model say that it writes conversations.</summary>
internal abstract record ChatTemplate
{
    /// <summary>
    /// What a model without a template of its own is given, where its vocabulary has the two tokens: each message is
    /// <c>&lt;|im_start|&gt;role\ncontent&lt;|im_end|&gt;\n</c>.
    /// </summary>
    internal const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private ChatTemplate()
    {
    }

    /// <summary>No file says.</summary>
    public sealed record Absent : ChatTemplate;

    /// <summary>A template in Jinja, as transformers follows it.</summary>
    /// <param name="Where">Its file and key.</param>
    /// <param name="Source">Its text.</param>
    public sealed record Jinja(string Where, string Source) : ChatTemplate;

    /// <summary>Several templates, none of which is the default.</summary>
    /// <param name="Where">Their file and key.</param>
    /// <param name="Names">Their names.</param>
    public sealed record Named(string Where, string Names) : ChatTemplate;
}
