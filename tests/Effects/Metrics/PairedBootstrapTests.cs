using System.Text.Json;
using Floe.Domain.Metrics;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Properties.Reports;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Metrics;

/// <summary>Bootstrap intervals inside the exact limits' Monte Carlo bands.</summary>
[Trait("Category", "Fixtures")]
public sealed class PairedBootstrapTests
{
    private const string Group = "evaluation/scoring";

    public static TheoryData<string> Cases
    {
        get
        {
            TheoryData<string> cases = [];
            foreach (string name in FixtureFolders.Files(Group, ".json"))
            {
                if (name == FixtureFolders.Absent || name.StartsWith("paired", StringComparison.Ordinal))
                {
                    cases.Add(name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void IntervalsLieInTheirBands(string name) => FixtureCase.Run(Group, name, () =>
    {
        foreach (
            JsonElement item in JsonElement.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")))
                .GetProperty("items")
                .EnumerateArray())
        {
            if (item.TryGetProperty("a", out JsonElement values))
            {
                Continuous(item, Numbers(values), Numbers(item.GetProperty("b")));
            }
            else
            {
                Binary(item);
            }
        }

        return Right<Floe.Domain.FloeError, Unit>(unit);
    });

    private static void Binary(JsonElement item)
    {
        (double[] first, double[] second) = ([], []);
        foreach ((string cell, double a, double b) in new[] { ("n11", 1.0, 1.0), ("n10", 1.0, 0.0), ("n01", 0.0, 1.0), ("n00", 0.0, 0.0) })
        {
            int count = item.GetProperty(cell).GetInt32();
            first = [.. first, .. Enumerable.Repeat(a, count)];
            second = [.. second, .. Enumerable.Repeat(b, count)];
        }

        PairedDifference found = Expect.Some(PairedDifference.Of(first, second, 42));
        JsonElement allowed = item.GetProperty("allowed_at_B10000_4sigma");
        double step = 1.0 / first.Length;
        Assert.Equal(item.GetProperty("diff").GetDouble(), found.Mean, 1e-12);
        Assert.InRange(
            found.Low, allowed.GetProperty("ci95_low")[0]
                .GetDouble() - step - 1e-9, allowed.GetProperty("ci95_low")[1]
                .GetDouble() + step + 1e-9);
        Assert.InRange(
            found.High, allowed.GetProperty("ci95_high")[0]
                .GetDouble() - step - 1e-9, allowed.GetProperty("ci95_high")[1]
                .GetDouble() + step + 1e-9);
        Assert.Equal(
            item.GetProperty("two_sided_p_exact")
                .GetDouble(), found.PValue, (2 * allowed.GetProperty("P_diff_le_0_abs_err").GetDouble()) + 1e-4);
    }

    private static void Continuous(JsonElement item, double[] first, double[] second)
    {
        PairedDifference found = Expect.Some(PairedDifference.Of(first, second, 42));
        double[] expected = Numbers(item.GetProperty("percentile95"));
        double[] errors = Numbers(item.GetProperty("percentile95_mc_se_at_B10000"));
        Assert.Equal(item.GetProperty("mean_diff").GetDouble(), found.Mean, 1e-12);
        Assert.Equal(expected[0], found.Low, 5.5 * errors[0]);
        Assert.Equal(expected[1], found.High, 5.5 * errors[1]);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
