using System.Text.RegularExpressions;

namespace Floe.Domain.Metrics;

/// <summary>
/// How a number is found in what a model wrote about a GSM8K question, by the rules of lm-evaluation-harness 0.4 (task gsm8k version 3).
/// Two answers are equal when they are the same text after <see cref="Normalise"/>: 18.00 is not 18.
/// </summary>
internal sealed partial class AnswerRule
{
    /// <summary>What stands for an answer that was not found.</summary>
    public const string Invalid = "[invalid]";

    private readonly string[] stops;
    private readonly Regex strict;

    private AnswerRule(string[] stops, Regex strict) => (this.stops, this.strict) = (stops, strict);

    /// <summary>Task gsm8k: the answer follows <c>#### </c>.</summary>
    public static AnswerRule Gsm8k { get; } = new(["Question:", "</s>", "<|im_end|>"], AfterHashes());

    /// <summary>Task gsm8k_cot: the answer follows <c>The answer is</c>; its rule takes one character more as the full stop, whatever it
    /// is.</summary>
    public static AnswerRule Gsm8kWithReasoning { get; } = new(["Q:", "</s>", "<|im_end|>"], AfterTheAnswerIs());

    /// <summary>What is left of a text when it is cut at the first of each text at which the harness would end generation.</summary>
    public string Cut(string output) => stops.Aggregate(output, (text, stop) =>
        text.IndexOf(stop, StringComparison.Ordinal) is int at && at >= 0 ? text[..at] : text);

    /// <summary>The number where the task's examples put it: the first such place counts; <see cref="Invalid"/> without one.</summary>
    public string Strict(string output) => strict.Match(output) is { Success: true } match ? match.Groups[1].Value.Trim() : Invalid;

    /// <summary>The last thing that looks like a number, wherever it stands; <see cref="Invalid"/> without one.</summary>
    public string Flexible(string output) => Number().Matches(output).LastOrDefault() is { } match ? match.Value.Trim() : Invalid;

    /// <summary>An answer without commas, dollar signs, all up to <c>#### </c> and one full stop at the end, in lower case.</summary>
    public static string Normalise(string answer)
    {
        string digits = answer.Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
        return FinalStop().Replace(UpToHashes().Replace(digits, ""), "").ToLowerInvariant();
    }

    /// <summary>Whether an extracted answer is that of the target, which may be a whole worked solution.</summary>
    public static bool IsRight(string target, string extracted) => Normalise(target) == Normalise(extracted);

    [GeneratedRegex(@"#### (\-?[0-9\.\,]+)", RegexOptions.CultureInvariant)]
    private static partial Regex AfterHashes();

    [GeneratedRegex(@"The answer is (\-?[0-9\.\,]+).", RegexOptions.CultureInvariant)]
    private static partial Regex AfterTheAnswerIs();

    [GeneratedRegex(@"(-?[$0-9.,]{2,})|(-?[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^.*#### ", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex UpToHashes();

    [GeneratedRegex(@"\.$", RegexOptions.CultureInvariant)]
    private static partial Regex FinalStop();
}
