using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Selection;

/// <summary>
/// The search and rearrangement of retraining-free-pruning against fixtures/search_rfp. Its kept masks are those of Algorithm 1 in the kept
/// form, except where the heads alone break the budget.
/// </summary>
[Trait("Category", "Fixtures")]
public sealed class SearchAncestorTests
{
    private const string Group = "search_rfp";

    public static TheoryData<string> Cases => FixtureFolders.Folders(Group);

    [Theory]
    [MemberData(nameof(Cases))]
    public void SearchAndRearrange(string name) => FixtureCase.Run(Group, name, () =>
        from arrays in Arrays.Read(name)
        let shape = arrays.Shape
        let fisher = SquareSums(arrays)
        let costs = Tensors.Interleave(
            shape,
            [.. Enumerable.Repeat(arrays.Json.Number("mac_per_head"), shape.Layers * shape.Heads)],
            [.. Enumerable.Repeat(arrays.Json.Number("mac_per_neuron"), shape.Layers * shape.Neurons)])
        from table in ScoreTable.Create(shape, fisher, costs)
        from expected in arrays.Mask("head_mask", "neuron_mask")
        from expectedRearranged in arrays.Mask("head_mask_rearranged", "neuron_mask_rearranged")
        from rearranged in Rearrangement.Run(expected, arrays.Gradients, arrays.Batches)
        select Check(table, arrays, expected, expectedRearranged, rearranged));

    private static Unit Check(ScoreTable table, Arrays arrays, BinaryMasks expected, BinaryMasks expectedRearranged, BinaryMasks rearranged)
    {
        JsonElement json = arrays.Json;
        UnitOrder order = UnitOrder.Of(table);
        double budget = json.Number("max_mac");
        BinaryMasks masks = Determination.Run(order, budget, DeterminationForm.Ancestor);
        Assert.Equal(expected, masks);
        Assert.Equal(json.GetProperty("num_heads").GetInt32(), masks.Count(Component.Head));
        Assert.Equal(json.GetProperty("num_neurons").GetInt32(), masks.Count(Component.Neuron));
        Assert.Equal(json.Number("pruned_mac"), masks.SumKept(table.Taylor), 1e-3);
        bool overBudget = json.GetProperty("over_budget").GetBoolean();
        Assert.Equal(overBudget, masks.SumKept(table.Taylor) > budget);
        Assert.NotEqual(overBudget, Determination.Run(order, budget).Equals(expected));
        if (json.GetProperty("rearrange_same_in_f64").GetBoolean())
        {
            Assert.Equal(expectedRearranged, rearranged);
        }

        return unit;
    }

    private static double[] SquareSums(Arrays arrays)
    {
        double[] sums = new double[arrays.Shape.Units];
        for (int at = 0; at < arrays.Gradients.Length; at++)
        {
            double g = arrays.Gradients[at];
            sums[at % sums.Length] += g * g;
        }

        return sums;
    }

    /// <summary>The arrays of a case, from its JSON or from the safetensors file beside it.</summary>
    private sealed record Arrays(
        JsonElement Json, ModelShape Shape, int Batches, double[] Gradients, Func<string, Either<FloeError, double[]>> Named)
    {
        public static Either<FloeError, Arrays> Read(string name)
        {
            JsonElement json = CaseJson.Read(Group, name, "case.json");
            ModelShape shape = new(
                json.GetProperty("num_hidden_layers")
                    .GetInt32(), json.GetProperty("num_attention_heads")
                    .GetInt32(), 1, json.GetProperty("intermediate_size")
                    .GetInt32(), 0, 0);
            int batches = json.GetProperty("n_batches").GetInt32();
            Func<string, Either<FloeError, double[]>> named = json.TryGetProperty("arrays", out JsonElement file)
                ? key => SafetensorsFile.Open(FixtureFolders.At(Group, name, file.GetString()!)).Bind(f => f.Doubles(key))
                : key => Right<FloeError, double[]>(json.GetProperty(key).Numbers());
            return from heads in named("head_grads")
                   from neurons in named("neuron_grads")
                   let gradients = Enumerable.Range(0, batches).SelectMany(b => Tensors.Interleave(
                       shape, Part(heads, b, batches), Part(neurons, b, batches))).ToArray()
                   select new Arrays(json, shape, batches, gradients, named);
        }

        public Either<FloeError, BinaryMasks> Mask(string heads, string neurons) =>
            from h in Named(heads)
            from f in Named(neurons)
            from masks in BinaryMasks.Create(Shape, [.. Tensors.Interleave(Shape, h, f).Select(m => m == 1)])
            select masks;

        private static double[] Part(double[] values, int part, int parts) =>
            values.AsSpan(values.Length / parts * part, values.Length / parts).ToArray();
    }
}
