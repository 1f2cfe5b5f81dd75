namespace Floe.Domain.Text;

/// <summary>The texts around a task's fields.</summary>
internal static class PromptTemplates
{
    private const string AlpacaTask = "Below is an instruction that describes a task";
    private const string AlpacaContext = ", paired with an input that provides further context";
    private const string AlpacaDemand = ". Write a response that appropriately completes the request.";

    /// <summary>A question and its answer, as lm-evaluation-harness asks GSM8K: <c>Question: …\nAnswer:</c>, the answer after a
    /// space.</summary>
    public static TextSample Question(string question, string answer) => new($"Question: {question}\nAnswer:", " " + answer);

    /// <summary>An instruction in Stanford Alpaca's words, with or without an input; the response follows the line <c>###
    /// Response:</c>.</summary>
    /// <param name="instruction">The task.</param>
    /// <param name="input">What it works on; empty for none.</param>
    /// <param name="output">The response.</param>
    public static TextSample Alpaca(string instruction, string input, string output) => new(
        input.Length == 0
            ? $"{AlpacaTask}{AlpacaDemand}\n\n### Instruction:\n{instruction}\n\n### Response:\n"
            : $"{AlpacaTask}{AlpacaContext}{AlpacaDemand}\n\n### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n",
        output);
}
