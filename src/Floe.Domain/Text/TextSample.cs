using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>One training sample as text.</summary>
/// <param name="Prompt">What the model reads; empty for plain text, of which every token is learnt.</param>
/// <param name="Completion">What it is to write.</param>
public sealed record TextSample(string Prompt, string Completion)
{
    /// <summary>
    /// The conversation that this sample is, up to its last message that is learnt; empty for a prompt and a completion. How a model writes
    /// it is said by the model's chat template; prompt and completion then only show it.
    /// </summary>
    internal Arr<ChatMessage> Messages { get; init; } = Arr<ChatMessage>.Empty;

    /// <summary>Whether this is a conversation.</summary>
    public bool IsConversation => Messages.Count > 0;

    /// <summary>A conversation as a sample. What follows the last message that is learnt is not read.</summary>
    /// <param name="messages">The messages; at least one is learnt.</param>
    public static TextSample Of(IReadOnlyList<ChatMessage> messages)
    {
        int last = messages.Count;
        while (last > 0 && !messages[last - 1].Learnt)
        {
            last--;
        }

        return last == 0
            ? new TextSample(ChatMessage.Lines(messages), "")
            : new TextSample(
                ChatMessage.Lines(messages.Take(last - 1)),
                    messages[last - 1].Content) { Messages = new Arr<ChatMessage>(messages.Take(last)) };
    }
}
