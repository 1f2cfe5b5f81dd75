using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Selection;

/// <summary>Selection from the stored scores of a real model (fixtures/smollm2/pipeline): masks, counts, importance and rankings.</summary>
[Trait("Category", "Fixtures")]
public sealed class PipelineTests
{
    private const string Group = "smollm2";
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Cases =>
        FixtureFolders.FoldersWith(Group, "scores.safetensors", "masks.safetensors", "expected.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void MasksAndRankings(string name) => FixtureCase.Run(Group, name, () =>
        from scores in SafetensorsFile.Open(FixtureFolders.At(Group, name, "scores.safetensors"))
        from masks in SafetensorsFile.Open(FixtureFolders.At(Group, name, "masks.safetensors"))
        let shape = Shape(scores)
        from fisher in Tensors.Column(scores, shape, "fisher")
        from taylor in Tensors.Column(scores, shape, "taylor")
        from table in ScoreTable.Create(shape, fisher, taylor)
        from checkedAll in Check(table, masks, CaseJson.Read(Group, name, "expected.json"))
        select checkedAll);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FisherFromPerSampleGradients(string name) => FixtureCase.Run(Group, name, () =>
        from scores in SafetensorsFile.Open(FixtureFolders.At(Group, name, "scores.safetensors"))
        let shape = Shape(scores)
        from heads in scores.Doubles("head_grads")
        from neurons in scores.Doubles("neuron_grads")
        let samples = (int)scores.Tensors["head_grads"].Shape[0]
        from sums in Enumerable.Range(0, samples)
            .Select(n => Tensors.Interleave(shape, Slice(heads, n, samples), Slice(neurons, n, samples)))
            .Aggregate(Right<FloeError, ScoreSums>(ScoreSums.Empty(shape)), (sum, gradients) => sum.Bind(s =>
                ScoreSums.OfFisher(shape, [.. gradients.Select(g => g * g)], 1).Bind(s.Merge)))
        from table in sums.ToTable()
        from expected in Tensors.Column(scores, shape, "fisher")
        select CloseTo(expected, table.Fisher.ToArray(), 1e-6));

    private static Either<FloeError, Unit> Check(ScoreTable table, SafetensorsFile masks, JsonElement expected)
    {
        SelectionOptions options = new() { Budget = new Budget.Share(expected.Number("rho")) };
        return from found in Select.Run(table, options)
               from determined in Tensors.Column(masks, table.Shape, "alg1")
               from refined in Tensors.Column(masks, table.Shape, "refined")
               from tuned in Tensors.Column(masks, table.Shape, "tuned")
               from importance in masks.Doubles("importance_binary")
               from importanceTuned in masks.Doubles("importance_tuned")
               from tunedMasks in WithTuned(found.Search.Masks, tuned)
               from afterTuning in Select.WithTuned(table, found, tunedMasks)
               from scalar in Select.Run(table, options with { Refinement = RefinementForm.Scalar })
               from exact in Select.Run(table, options with { Refinement = RefinementForm.Exact })
               let closed = Closed(found, exact)
               let masksAgree = Compare(table, expected, found, determined, refined, scalar)
               let binaryAgrees = Ranking(expected, "ranking_binary", importance, found)
               select Ranking(expected, "ranking_tuned", importanceTuned, afterTuning);
    }

    private static Unit Compare(
        ScoreTable table, JsonElement expected, SelectionResult found, double[] determined, double[] refined, SelectionResult scalar)
    {
        Assert.Equal(expected.Number("t_h"), table.HeadCost, Tolerance);
        Assert.Equal(expected.Number("t_f"), table.NeuronCost, Tolerance);
        Assert.Equal(expected.Number("C"), found.Search.Budget, Tolerance);
        Assert.Equal(determined, found.Search.Determined.ToUnitMasks().Values.ToArray());
        JsonElement first = expected.GetProperty("algorithm1");
        Assert.Equal(first.Number("kept_fisher"), found.Search.Determined.SumKept(table.Fisher), Tolerance);
        Assert.Equal(first.GetProperty("kept_heads").GetInt32(), found.Search.Determined.Count(Component.Head));
        Assert.Equal(first.GetProperty("kept_neurons").GetInt32(), found.Search.Determined.Count(Component.Neuron));
        Assert.Equal(expected.Number("unit_cost_of_algorithm1"), found.Search.Determined.SumKept(table.Taylor), Tolerance);
        Assert.Equal(expected.GetProperty("scalar_cost_swaps").GetInt32(), scalar.Search.Refinement.Swaps.Count);

        JsonElement second = expected.GetProperty("refinement");
        RefinementResult refinement = found.Search.Refinement;
        Assert.Equal(refined, refinement.Masks.ToUnitMasks().Values.ToArray());
        Assert.Equal(second.Number("slack0"), refinement.SlackBefore, Tolerance);
        Assert.Equal(second.Number("slack"), refinement.Slack, Tolerance);
        Assert.Equal(
            (second.GetProperty("repaired")
                .GetInt32(), second.GetProperty("swaps")
                .GetInt32(), second.GetProperty("swaps_cross")
                .GetInt32()),
            (refinement.Repaired, refinement.Swaps.Count, refinement.CrossSwaps));
        Assert.Equal(
            (second.GetProperty("passes").GetInt32(), second.GetProperty("filled").GetInt32()), (refinement.Passes, refinement.Filled));
        Assert.Equal(second.GetProperty("kept_heads").GetInt32(), refinement.Masks.Count(Component.Head));
        Assert.Equal(second.GetProperty("kept_neurons").GetInt32(), refinement.Masks.Count(Component.Neuron));
        Assert.Equal(second.Number("kept_fisher"), found.Search.KeptFisher, Tolerance);
        Assert.InRange(found.Search.Certificate.Gap, 0, 0.01 * found.Search.KeptFisher);
        return unit;
    }

    // The exact search proves its masks best: above those of refinement, under the bound of the relaxation by less than one unit.
    private static Unit Closed(SelectionResult found, SelectionResult exact)
    {
        Assert.Equal(0, exact.Search.Certificate.Gap);
        Assert.InRange(exact.Search.KeptFisher, found.Search.KeptFisher, found.Search.Certificate.Upper);
        Assert.True(exact.Search.Cost <= exact.Search.Budget);
        return unit;
    }

    private static Unit Ranking(JsonElement expected, string name, double[] importance, SelectionResult found)
    {
        Assert.Equal(expected.GetProperty(name).Whole(), found.Layers.Ranking.Order.ToArray());
        return CloseTo(importance, [.. found.Importance.Scores], 1e-12);
    }

    private static Either<FloeError, UnitMasks> WithTuned(BinaryMasks binary, double[] tuned) =>
        Enumerable.Range(0, binary.Shape.Layers)
            .SelectMany(layer => new[] { (layer, component: Component.Head), (layer, component: Component.Neuron) })
            .Aggregate(Right<FloeError, UnitMasks>(binary.ToUnitMasks()), (masks, at) => masks.Bind(m =>
            {
                int start = binary.Shape.IndexOf(new UnitId(at.layer, at.component, 0));
                int count = at.component == Component.Head ? binary.Shape.Heads : binary.Shape.Neurons;
                return m.With(at.layer, at.component, tuned.AsSpan(start, count), new TuningStatus.Tuned(0, 0));
            }));

    private static ModelShape Shape(SafetensorsFile scores)
    {
        IReadOnlyList<long> heads = scores.Tensors["fisher_head"].Shape;
        return new ModelShape(
            (int)heads[0], (int)heads[1], (int)scores.Tensors["taylor_kv"].Shape[1], (int)scores.Tensors["fisher_neuron"].Shape[1], 0, 0);
    }

    private static double[] Slice(double[] values, int part, int parts) =>
        values.AsSpan(values.Length / parts * part, values.Length / parts).ToArray();

    private static Unit CloseTo(double[] expected, double[] found, double relative)
    {
        double scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Item2 - pair.Item1, -relative * scale, relative * scale));
        return unit;
    }
}
