using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What is said.</param>
/// <param name="Learnt">Whether a model is to learn to say it; only what the assistant says can be.</param>
public sealed record ChatMessage(string Role, string Content, bool Learnt = false)
{
    /// <summary>The role of the system.</summary>
    public const string System = "system";

    /// <summary>The role of the user.</summary>
    public const string User = "user";

    /// <summary>The role of the assistant.</summary>
    public const string Assistant = "assistant";

    /// <summary>A conversation as plain lines for a person, a message a line.</summary>
    /// <param name="messages">The messages.</param>
    public static string Lines(IEnumerable<ChatMessage> messages) =>
        string.Join('\n', messages.Select(message => $"{message.Role}: {message.Content}"));
}
