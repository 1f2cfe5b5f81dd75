using System.Text.Json;
using Floe.Domain.Metrics;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Metrics;

/// <summary>Answers found in recorded outputs, against the public harness.</summary>
[Trait("Category", "Fixtures")]
public sealed class AnswerTests
{
    private const string Group = "evaluation/extraction";

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnswersAreThoseOfTheHarness(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement root = JsonElement.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")));
        return Rule(root.GetProperty("group").GetString()!).Map(rule =>
        {
            foreach (JsonElement item in root.GetProperty("items").EnumerateArray())
            {
                string output = item.GetProperty("output").GetString()!;
                string cut = rule.Cut(output);
                Assert.Equal(item.TryGetProperty("after_stop", out JsonElement stopped) ? stopped.GetString() : output, cut);
                string target = item.GetProperty("target").GetString()!;
                Compare(item, "lm_eval", target, rule, cut);
                Compare(item, item.TryGetProperty("lm_eval_without_stop", out _)
                    ? "lm_eval_without_stop"
                    : "lm_eval", target, rule, output);
            }

            return unit;
        });
    });

    private static Either<Floe.Domain.FloeError, AnswerRule> Rule(string group) => group switch
    {
        "gsm8k" => AnswerRule.Gsm8k,
        "gsm8k_cot" => AnswerRule.Gsm8kWithReasoning,
        _ => new Floe.Domain.FloeError.Unsupported(group, $"the task {group}", "gsm8k, gsm8k_cot", "Use one of these."),
    };

    private static void Compare(JsonElement item, string run, string target, AnswerRule rule, string output)
    {
        foreach (JsonProperty filter in item.GetProperty(run).EnumerateObject())
        {
            string answer = filter.Name == "strict-match" ? rule.Strict(output) : rule.Flexible(output);
            Assert.Equal((run, filter.Name, filter.Value.GetProperty("answer").GetString()), (run, filter.Name, answer));
            Assert.Equal(filter.Value.GetProperty("normalised").GetString(), AnswerRule.Normalise(answer));
            Assert.Equal(filter.Value.GetProperty("exact_match").GetDouble() > 0.5, AnswerRule.IsRight(target, answer));
        }
    }
}
