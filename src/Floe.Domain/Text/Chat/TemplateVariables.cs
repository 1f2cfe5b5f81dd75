using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text.Chat;

/// <summary>What a chat template is given, as transformers gives it.</summary>
internal static class TemplateVariables
{
    /// <summary>Messages as a template sees them.</summary>
    public static TemplateValue.Sequence Messages(IEnumerable<ChatMessage> messages) =>
        new([.. messages.Select(message => new TemplateValue.Mapping(
    [
        KeyValuePair.Create<string, TemplateValue>("role", new TemplateValue.Words(message.Role)),
        KeyValuePair.Create<string, TemplateValue>("content", new TemplateValue.Words(message.Content)),
    ]))]);

    /// <summary>All variables.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="answerFollows">Whether the text is to end where the assistant goes on.</param>
    /// <param name="bos">The start of text; none where the model has none.</param>
    /// <param name="eos">The end of text.</param>
    public static IEnumerable<KeyValuePair<string, TemplateValue>> Of(
        TemplateValue messages, bool answerFollows, Option<string> bos, Option<string> eos) =>
        new (string Name, Option<TemplateValue> Value)[]
        {
            ("messages", messages),
            ("tools", new TemplateValue.Nothing()),
            ("documents", new TemplateValue.Nothing()),
            ("add_generation_prompt", new TemplateValue.Truth(answerFollows)),
            ("bos_token", bos.Map<TemplateValue>(token => new TemplateValue.Words(token))),
            ("eos_token", eos.Map<TemplateValue>(token => new TemplateValue.Words(token))),
        }.SelectMany(item => item.Value.Map(value => KeyValuePair.Create(item.Name, value)));
}
