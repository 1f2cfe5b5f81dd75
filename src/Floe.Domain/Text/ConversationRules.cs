using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text;

/// <summary>What a model makes of a conversation in ChatML: refused where it writes conversations otherwise.</summary>
public static class ConversationRules
{
    /// <summary>The token before the role of a message.</summary>
    public const string TurnStart = "<|im_start|>";

    /// <summary>The token that ends a message.</summary>
    public const string TurnEnd = "<|im_end|>";

    private const string Remedy = "Write the records as prompt and completion, in the model's own format.";

    /// <summary>Whether a tokenizer writes conversations in ChatML.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <returns>The id that ends a turn; or <see cref="FloeError.Unsupported"/> where the vocabulary lacks ChatML's tokens or the model's chat
    /// template is another one.</returns>
    public static Either<FloeError, int> Check(Tokenizer tokenizer)
    {
        string[] missing = [.. new[] { TurnStart, TurnEnd }.Where(token => !tokenizer.Tables.Added.Exists(added => added.Content == token))];
        return tokenizer.Tables.Chat is ChatTemplate.Other other
            ? new FloeError.Unsupported(other.Where, "a chat template other than ChatML", "messages for a model that writes ChatML", Remedy)
            : missing.Length > 0
                ? new FloeError.Unsupported(
                    "messages",
                    $"ChatML with a tokenizer that has no token {string.Join(" and no token ", missing)}",
                    $"messages for a model with the tokens {TurnStart} and {TurnEnd}",
                    Remedy)
                : tokenizer.Encode(TurnEnd)[0];
    }

    /// <summary>What the model reads before a turn: the sample's prompt, behind the system message that its chat template puts first.</summary>
    /// <param name="template">The model's chat template.</param>
    /// <param name="prompt">The prompt of a turn.</param>
    public static string Opening(ChatTemplate template, string prompt) =>
        template is ChatTemplate.ChatMl { System.Length: > 0 } chat && !prompt.StartsWith($"{TurnStart}system\n", StringComparison.Ordinal)
            ? $"{TurnStart}system\n{chat.System}{TurnEnd}\n{prompt}"
            : prompt;
}
