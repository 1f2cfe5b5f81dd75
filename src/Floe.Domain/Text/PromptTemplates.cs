namespace Floe.Domain.Text;

/// <summary>The texts around a task's fields.</summary>
public static class PromptTemplates
{
    private const string AlpacaTask = "Below is an instruction that describes a task";
    private const string AlpacaContext = ", paired with an input that provides further context";
    private const string AlpacaDemand = ". Write a response that appropriately completes the request.";

    /// <summary>A question and its answer, as lm-evaluation-harness asks GSM8K: <c>Question: …\nAnswer:</c>, the answer after a space.</summary>
    public static TextSample Question(string question, string answer) => new($"Question: {question}\nAnswer:", " " + answer);

    /// <summary>An instruction in Stanford Alpaca's words, with or without an input; the response follows the line <c>### Response:</c>.</summary>
    /// <param name="instruction">The task.</param>
    /// <param name="input">What it works on; empty for none.</param>
    /// <param name="output">The response.</param>
    public static TextSample Alpaca(string instruction, string input, string output) => new(
        input.Length == 0
            ? $"{AlpacaTask}{AlpacaDemand}\n\n### Instruction:\n{instruction}\n\n### Response:\n"
            : $"{AlpacaTask}{AlpacaContext}{AlpacaDemand}\n\n### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n",
        output);

    /// <summary>
    /// A conversation in ChatML: each message is <c>&lt;|im_start|&gt;role\ncontent&lt;|im_end|&gt;\n</c>. Every message that is to be learnt is a
    /// turn, a sample of its own, whose prompt is all that precedes it and the head of that message. Whether a model writes so, begins with a
    /// system message of its own and which tokens these are, <see cref="ConversationRules"/> says once the model is known.
    /// </summary>
    /// <param name="messages">Role, content and whether it is learnt, in order.</param>
    public static IEnumerable<TextSample> Conversation(IEnumerable<(string Role, string Content, bool Learnt)> messages)
    {
        string before = "";
        foreach ((string role, string content, bool learnt) in messages)
        {
            string head = $"{before}{ConversationRules.TurnStart}{role}\n";
            if (learnt)
            {
                yield return new TextSample(head, content) { Turn = true };
            }

            before = $"{head}{content}{ConversationRules.TurnEnd}\n";
        }
    }
}
