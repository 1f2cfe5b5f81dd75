using System.Text.Json;
using Floe.Domain.Ranks;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Selection;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Ranks;

/// <summary>Densities, decisions and draws of the rank search against fixtures/tpe (Optuna 3.1.0).</summary>
[Trait("Category", "Fixtures")]
public sealed class TpeFixtureTests
{
    private const string Group = "tpe";
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Cases => FixtureFolders.Folders(Group);

    [Theory]
    [MemberData(nameof(Cases))]
    public void DensitiesAndDecisionsAreThoseOfOptuna(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement json = CaseJson.Read(Group, name, "case.json");
        int sign = json.GetProperty("direction").GetString() == "maximize" ? -1 : 1;
        Observation[] history =
        [
            .. json.GetProperty("history_r")
                .Whole()
                .Zip(json.GetProperty("history_value").Numbers(), (rank, value) => new Observation(rank, sign * value)),
        ];
        return RankRange.Create(json.GetProperty("low").GetInt32(), json.GetProperty("high").GetInt32()).Map(range =>
        {
            (ParzenEstimator below, ParzenEstimator above, AcquisitionCurves curves) = Tpe.Densities(range, history);
            Same(json.GetProperty("below"), below);
            Same(json.GetProperty("above"), above);
            Assert.Equal(json.GetProperty("argmax_r_if_argsort_stable").GetInt32(), Exact(range, history).Rank);
            Assert.Equal(below.LogDensity.Zip(above.LogDensity, (l, g) => l - g), curves.Acquisition);
            Draws(json, range, history, below);
            return unit;
        });
    });

    // Where equal ranks meet in an unstable sort, Optuna's bandwidths are others, and so are its draws; the fixture has both.
    private static void Draws(JsonElement json, RankRange range, Observation[] history, ParzenEstimator below)
    {
        JsonElement candidates = json.GetProperty("candidates");
        bool stable = json.GetProperty("below").GetProperty("stable_sort_max_abs_log_pdf_diff").GetDouble() == 0
            && json.GetProperty("above").GetProperty("stable_sort_max_abs_log_pdf_diff").GetDouble() == 0;
        if (!stable)
        {
            return;
        }

        uint seed = candidates.GetProperty("numpy_randomstate_seed").GetUInt32();
        int count = candidates.GetProperty("n_ei_candidates").GetInt32();
        Assert.Equal(candidates.GetProperty("drawn_r").Whole(), Tpe.Drawn(below, count, seed));
        Assert.Equal(candidates.GetProperty("chosen_r").GetInt32(), Tpe.Next(range, history, seed, new TpeOptions(0, count)).Rank);
    }

    private static Proposal Exact(RankRange range, Observation[] history) => Tpe.Next(range, history, 0, new TpeOptions(StartUp: 0));

    private static void Same(JsonElement expected, ParzenEstimator found)
    {
        Assert.All(expected.GetProperty("mus").Numbers().Zip(found.Means), pair => Assert.Equal(pair.Item1, pair.Item2, Tolerance));
        Assert.All(expected.GetProperty("weights").Numbers().Zip(found.Weights), pair => Assert.Equal(pair.Item1, pair.Item2, Tolerance));
        Assert.All(
            expected.GetProperty("sigmas_if_argsort_stable").Numbers().Zip(found.Sigmas), pair =>
                Assert.Equal(pair.Item1, pair.Item2, Tolerance));
        Assert.All(
            expected.GetProperty("log_pdf_if_argsort_stable").Numbers().Zip(found.LogDensity), pair =>
                Assert.Equal(pair.Item1, pair.Item2, Tolerance));
        Assert.Equal(expected.GetProperty("n_components").GetInt32(), found.Means.Count);
    }
}
