using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Tests.Effects.Adapters;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Collection;

/// <summary>Mask gradients, Fisher and Taylor of every fisher fixture.</summary>
[Trait("Category", "Fixtures")]
public class FisherFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("fisher");

    [Theory]
    [MemberData(nameof(Folders))]
    public void MaskGradientsFisherAndTaylorAreThoseOfTheReference(string name) => FixtureCase.Run("fisher", name, () =>
    {
        string folder = FixtureFolders.At("fisher", name);
        string reference = Path.Combine(folder, "expected.safetensors");
        string model = Expected.Json(Path.Combine(folder, "expected.json")).GetProperty("base_model").GetString()!;
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from _ in ModelFixtureTests.WithModel(FixtureFolders.At("models", model), decoder =>
                   from fisher in AdapterCase.WithAdapterIfAny(
                       folder, decoder, adapters => CheckFisher(decoder, adapters, inputs, reference))
                   from taylor in CheckTaylor(decoder, inputs, reference, LossWeights.SampleMeans, "")
                   from tokens in CheckTaylor(decoder, inputs, reference, LossWeights.TokenMean, "_token_mean")
                   select unit)
               select unit;
    });

    private static Either<FloeError, Unit> CheckFisher(Decoder model, AdapterSet? adapters, PaddedInputs inputs, string reference)
    {
        List<double> gradients = [];
        return from sums in FisherCollection.Run(model, adapters, inputs.Samples, new FisherOptions(BothPaths: true),
                   (_, row, _) => gradients.AddRange(row.ToArray().Select(g => (double)g)))
               from table in sums[0].ToTable()
               from headGradients in Expected.Doubles(reference, "head_grads_f64")
               from neuronGradients in Expected.Doubles(reference, "neuron_grads_f64")
               from heads in Expected.Doubles(reference, "fisher_head")
               from neurons in Expected.Doubles(reference, "fisher_neuron")
               let first = Compare(
                   UnitColumns.Of(model.Shape, [.. gradients]), new UnitColumns(headGradients, neuronGradients), "mask gradients")
               select Compare(UnitColumns.Of(model.Shape, table.Fisher.ToArray()), new UnitColumns(heads, neurons), "Fisher");
    }

    private static Unit Compare(UnitColumns found, UnitColumns expected, string what)
    {
        Expected.CloseToLargest($"{what} of heads", expected.Heads, found.Heads, 1e-4);
        Expected.CloseToLargest($"{what} of neurons", expected.Neurons, found.Neurons, 1e-4);
        return unit;
    }

    private static Either<FloeError, Unit> CheckTaylor(
        Decoder model, PaddedInputs inputs, string reference, LossWeights weights, string suffix) =>
        from found in TaylorCollection.Run(model, inputs.Samples, new TaylorOptions(Weights: weights))
        from heads in Expected.Doubles(reference, "taylor_head_qo_kv_shared" + suffix)
        from neurons in Expected.Doubles(reference, "taylor_neuron" + suffix)
        from keyValues in Expected.Doubles(reference, "taylor_kv" + suffix)
        select CompareTaylor(
            UnitColumns.Of(model.Shape, found.Sums.Taylor.Rounded.ToArray()), found.KeyValue.ToArray(), heads, neurons, keyValues);

    private static Unit CompareTaylor(UnitColumns found, double[] keyValue, double[] heads, double[] neurons, double[] keyValues)
    {
        Compare(found, new UnitColumns(heads, neurons), "Taylor");
        Expected.CloseToLargest("Taylor of keys and values", keyValues, keyValue, 1e-4);
        return unit;
    }
}
