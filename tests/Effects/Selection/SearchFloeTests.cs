using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Selection;

/// <summary>Algorithm 1 and 2 as printed against fixtures/search_floe: sets, costs, losses and every swap.</summary>
[Trait("Category", "Fixtures")]
public sealed class SearchFloeTests
{
    private const string Group = "search_floe";

    public static TheoryData<string> Cases => FixtureFolders.Folders(Group);

    [Theory]
    [MemberData(nameof(Cases))]
    public void PrintedAlgorithms(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement json = CaseJson.Read(Group, name, "case.json");
        return Table(json).Map(table =>
        {
            double cost = json.Number("C");
            UnitOrder order = UnitOrder.Of(table);
            BinaryMasks masks = Determination.Run(order, cost, DeterminationForm.Literal);
            JsonElement expected = json.GetProperty("algorithm1");
            Assert.Equal(
                expected.GetProperty("mask_h")
                    .Whole()
                    .Concat(expected.GetProperty("mask_f").Whole()), masks.Kept.ToArray()
                    .Select(k => k ? 1 : 0));
            Assert.Equal(expected.Number("cost_of_M"), table.TotalCost - masks.SumKept(table.Taylor), 9);

            Refine(table, masks, cost, json.GetProperty("algorithm2_from_algorithm1"));
            JsonElement random = json.GetProperty("algorithm2_from_random");
            Refine(table, Masked(table.Shape, random, "start_M_h", "start_M_f"), cost, random);
            return unit;
        });
    });

    private static void Refine(ScoreTable table, BinaryMasks start, double cost, JsonElement expected)
    {
        Check(table, LiteralRefinement.Run(table, start, cost, crossOnly: true), expected.GetProperty("cross_component"));
        Check(table, LiteralRefinement.Run(table, start, cost, crossOnly: false), expected.GetProperty("any_component"));
    }

    private static void Check(ScoreTable table, RefinementResult found, JsonElement expected)
    {
        UnitSwap[] swaps = [
            .. expected.GetProperty("swaps")
                .EnumerateArray()
                .Select(s => new UnitSwap(Unit(table.Shape, s, "p"), Unit(table.Shape, s, "q")))];
        Assert.Equal(swaps, found.Swaps.ToArray());
        Assert.Equal(Masked(table.Shape, expected, "M_h", "M_f"), found.Masks);
        Assert.Equal(expected.Number("initial_remaining_budget"), found.SlackBefore, 9);
        Assert.Equal(expected.Number("final_remaining_budget"), found.Slack, 9);
        double total = ExactSum.Of(table.Fisher);
        Assert.Equal(expected.Number("final_loss"), total - found.Masks.SumKept(table.Fisher), 9);
    }

    private static int Unit(ModelShape shape, JsonElement swap, string which)
    {
        JsonElement unit = swap.GetProperty(which);
        Component component = unit[0].GetString() == "h" ? Component.Head : Component.Neuron;
        return shape.IndexOf(new UnitId(0, component, unit[1].GetInt32()));
    }

    private static BinaryMasks Masked(ModelShape shape, JsonElement json, string heads, string neurons)
    {
        bool[] kept = [.. Enumerable.Repeat(true, shape.Units)];
        foreach (int head in json.GetProperty(heads).Whole())
        {
            kept[head] = false;
        }

        foreach (int neuron in json.GetProperty(neurons).Whole())
        {
            kept[shape.Heads + neuron] = false;
        }

        return BinaryMasks.Create(shape, kept).IfLeft(e => throw new InvalidOperationException(e.Message));
    }

    private static Either<FloeError, ScoreTable> Table(JsonElement json)
    {
        double[] heads = json.GetProperty("tau_h").Numbers();
        double[] neurons = json.GetProperty("tau_f").Numbers();
        ModelShape shape = new(1, heads.Length, heads.Length, neurons.Length, 0, 0);
        double[] taylor = [.. heads.Select(_ => json.Number("t_h")), .. neurons.Select(_ => json.Number("t_f"))];
        return ScoreTable.Create(shape, [.. heads, .. neurons], taylor);
    }
}
