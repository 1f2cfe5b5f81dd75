using System.Text.Json;
using Floe.Domain.Training;
using Floe.Tests.Effects.Fixtures;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Training;

/// <summary>Learning rates of every recorded training run.</summary>
[Trait("Category", "Fixtures")]
public sealed class ScheduleTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string group in new[] { "training", "smollm2" })
            {
                foreach (string folder in FixtureFolders.Folders(group))
                {
                    string expected = FixtureFolders.At(group, folder, "expected.json");
                    if (folder == FixtureFolders.Absent || (File.Exists(expected) && Read(expected).TryGetProperty("schedule", out _)))
                    {
                        cases.Add(group, folder);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RatesAreThoseOfTheRun(string group, string name) => FixtureCase.Run(group + "-rates", name, () =>
    {
        JsonElement expected = Read(FixtureFolders.At(group, name, "expected.json"));
        (Schedule schedule, double[] rates) = expected.TryGetProperty("lr", out JsonElement recorded)
            ? Linear(expected, recorded)
            : Cosine(expected);
        Assert.All(rates.Select((rate, step) => (rate, step)), item => Assert.Equal(item.rate, schedule.Rate(item.step), 1e-12));
        return unit;
    });

    private static (Schedule Schedule, double[] Rates) Linear(JsonElement expected, JsonElement recorded)
    {
        JsonElement rule = expected.GetProperty("schedule");
        double peak = expected.GetProperty("optimizer").GetProperty("lr").GetDouble();
        Schedule schedule = new(
            peak, rule.GetProperty("total_steps").GetInt32(), rule.GetProperty("warmup_steps").GetInt32(), WarmUp.FromZero, Decay.Linear);
        return (schedule, [.. recorded.EnumerateArray().Select(rate => rate.GetDouble())]);
    }

    private static (Schedule Schedule, double[] Rates) Cosine(JsonElement expected)
    {
        double[] rates = [
            .. expected.GetProperty("runs")
                .GetProperty("f32")
                .GetProperty("steps")
                .EnumerateArray()
                .Select(step => step.GetProperty("lr").GetDouble())];
        return (new Schedule(
            expected.GetProperty("peak_lr").GetDouble(), rates.Length, expected.GetProperty("warmup_steps").GetInt32()), rates);
    }

    private static JsonElement Read(string path) => JsonElement.Parse(File.ReadAllBytes(path));
}
