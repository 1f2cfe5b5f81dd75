using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Metrics;

/// <summary>When an answer counts as right.</summary>
/// <param name="Name">What is typed for it.</param>
/// <param name="IsRight">From the expected text, which may be a whole worked solution, and what the model wrote.</param>
public sealed record AnswerJudge(string Name, Func<string, string, bool> IsRight)
{
    /// <summary>The same text, but for white space at its ends.</summary>
    public static AnswerJudge Exact { get; } = new("exact", ExactMatch.IsMatch);

    /// <summary>The names of all: exact, and each task of <see cref="AnswerRule"/> with the number where its examples put it (strict) or
    /// anywhere (flexible).</summary>
    public static string[] Names => [.. All.Select(judge => judge.Name)];

    private static AnswerJudge[] All { get; } =
    [
        Exact,
        Strict("gsm8k-strict", AnswerRule.Gsm8k),
        Flexible("gsm8k-flexible", AnswerRule.Gsm8k),
        Strict("gsm8k-cot-strict", AnswerRule.Gsm8kWithReasoning),
        Flexible("gsm8k-cot-flexible", AnswerRule.Gsm8kWithReasoning),
    ];

    /// <summary>A judge by name. Errors: a name that is none of <see cref="Names"/>.</summary>
    public static Either<FloeError, AnswerJudge> Named(string name) => All.FirstOrDefault(judge => judge.Name == name) is { } found
        ? Right<FloeError, AnswerJudge>(found)
        : Left<FloeError, AnswerJudge>(new FloeError.Usage("answer rule", string.Join(", ", Names), name, "Choose one of these."));

    /// <summary>Share of right answers, in [0, 1]; NaN over none.</summary>
    /// <param name="pairs">Expected and found answers.</param>
    public double Share(IReadOnlyCollection<(string Expected, string Found)> pairs) =>
        pairs.Count(pair => IsRight(pair.Expected, pair.Found)) / (double)pairs.Count;

    private static AnswerJudge Strict(string name, AnswerRule rule) =>
        new(name, (expected, found) => AnswerRule.IsRight(expected, rule.Strict(rule.Cut(found))));

    private static AnswerJudge Flexible(string name, AnswerRule rule) =>
        new(name, (expected, found) => AnswerRule.IsRight(expected, rule.Flexible(rule.Cut(found))));
}
