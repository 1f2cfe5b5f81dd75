using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Models;
using Floe.Tests.Effects.Adapters;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Collection;

/// <summary>Collection and tuning on the pretrained model: mask gradients, Fisher, Taylor, tuned masks.</summary>
[Collection(SmolLm2.Shared)]
[Trait("Category", "Fixtures")]
public class SmolLm2PipelineTests(SmolLm2 smol)
{
    private static readonly string Folder = FixtureFolders.At("smollm2", "pipeline");

    private static readonly string Scores = Path.Combine(Folder, "scores.safetensors");

    [Fact]
    public void MaskGradientsAndFisherOfTheAdaptedModelAreThoseOfTheReference() => Run("Fisher", () =>
        from model in smol.Model
        from inputs in PaddedInputs.Read(Path.Combine(Folder, "inputs.safetensors"))
        from done in WithAdapter(model, adapters => Fisher(model, adapters, inputs))
        select done);

    [Fact]
    public void TaylorOfTheBaseModelIsThatOfTheReference() => Run("Taylor", () =>
        from model in smol.Model
        from calibration in Calibration()
        from found in TaylorCollection.Run(model, calibration, new TaylorOptions())
        from heads in Expected.Doubles(Scores, "taylor_head")
        from neurons in Expected.Doubles(Scores, "taylor_neuron")
        from keyValues in Expected.Doubles(Scores, "taylor_kv")
        select Taylor(model.Shape, found, heads, neurons, keyValues));

    [Fact]
    public void TunedMasksAreThoseOfTheReference() => Run("tuning", () =>
        from model in smol.Model
        from inputs in PaddedInputs.Read(Path.Combine(Folder, "inputs.safetensors"))
        from kept in Masks(model.Shape)
        from tuned in WithAdapter(model, adapters => MaskTuning.Run(model, adapters, kept, inputs.Samples, new TuningOptions()))
        from heads in Expected.Doubles(Path.Combine(Folder, "masks.safetensors"), "tuned_head")
        from neurons in Expected.Doubles(Path.Combine(Folder, "masks.safetensors"), "tuned_neuron")
        from importance in Expected.Doubles(Path.Combine(Folder, "masks.safetensors"), "importance_tuned")
        from found in Importance.Of(tuned)
        from ranking in LayerRanking.Create(found.Scores.ToArray())
        let masks = Tuned(tuned, heads, neurons)
        select Ranked(importance, found, ranking));

    private static void Run(string name, Func<Either<FloeError, Unit>> check) =>
        FixtureCase.Run("smollm2/pipeline", Directory.Exists(Folder) ? SmolLm2.Available(name) : FixtureFolders.Absent, check);

    private static Either<FloeError, T> WithAdapter<T>(Decoder model, Func<AdapterSet, Either<FloeError, T>> use) =>
        AdapterCase.WithAdapter(FixtureFolders.At("smollm2", "hydra_all_layers"), model, use);

    private static Either<FloeError, IReadOnlyList<ReadOnlyMemory<int>>> Calibration() =>
        SafetensorsFile.Open(Path.Combine(Folder, "inputs.safetensors")).Bind(file =>
        {
            using (file)
            {
                int width = (int)file.Tensors["calibration_ids"].Shape.Last();
                return file.Integers("calibration_ids").Map<IReadOnlyList<ReadOnlyMemory<int>>>(ids =>
                    [.. ids.Select(id => (int)id).Chunk(width).Select(row => (ReadOnlyMemory<int>)row)]);
            }
        });

    private static Either<FloeError, Unit> Fisher(Decoder model, AdapterSet adapters, PaddedInputs inputs)
    {
        List<double> gradients = [];
        return from sums in FisherCollection.Run(model, adapters, inputs.Samples, new FisherOptions(),
                   (_, row, _) => gradients.AddRange(row.ToArray().Select(g => (double)g)))
               from headGradients in Expected.Doubles(Scores, "head_grads")
               from neuronGradients in Expected.Doubles(Scores, "neuron_grads")
               from heads in Expected.Doubles(Scores, "fisher_head")
               from neurons in Expected.Doubles(Scores, "fisher_neuron")
               let found = UnitColumns.Of(model.Shape, [.. gradients])
               let fisher = UnitColumns.Of(model.Shape, [.. sums[0].Fisher.Rounded.ToArray().Select(sum => sum / inputs.Rows)])
               let a = Compare("gradients of heads", headGradients, found.Heads)
               let b = Compare("gradients of neurons", neuronGradients, found.Neurons)
               let c = Compare("Fisher of heads", heads, fisher.Heads)
               select Compare("Fisher of neurons", neurons, fisher.Neurons);
    }

    private static Unit Taylor(ModelShape shape, TaylorScores found, double[] heads, double[] neurons, double[] keyValues)
    {
        UnitColumns columns = UnitColumns.Of(shape, found.Sums.Taylor.Rounded.ToArray());
        Compare("Taylor of heads", heads, columns.Heads);
        Compare("Taylor of neurons", neurons, columns.Neurons);
        return Compare("Taylor of keys and values", keyValues, found.KeyValue.ToArray());
    }

    private static Unit Compare(string what, double[] expected, double[] found)
    {
        Expected.CloseToLargest(what, expected, found, 1e-4);
        return unit;
    }

    private static Either<FloeError, BinaryMasks> Masks(ModelShape shape) =>
        from heads in Expected.Doubles(Path.Combine(Folder, "masks.safetensors"), "refined_head")
        from neurons in Expected.Doubles(Path.Combine(Folder, "masks.safetensors"), "refined_neuron")
        from masks in BinaryMasks.Create(shape, [.. Enumerable.Range(0, shape.Units).Select(at => shape.UnitAt(at)).Select(unit =>
            (unit.Component == Component.Head
                ? heads[(unit.Layer * shape.Heads) + unit.Index]
                : neurons[(unit.Layer * shape.Neurons) + unit.Index]) != 0)])
        select masks;

    private static Unit Tuned(UnitMasks tuned, double[] heads, double[] neurons)
    {
        foreach (JsonElement component in Expected.Json(Path.Combine(Folder, "expected.json")).GetProperty("tuning").EnumerateArray())
        {
            int layer = component.GetProperty("layer").GetInt32();
            Component kind = component.GetProperty("component").GetString() == "head" ? Component.Head : Component.Neuron;
            TuningStatus status = tuned.Status(layer, kind);
            (double binary, double solved) = status switch
            {
                TuningStatus.Tuned t => (t.ResidualBinary, t.ResidualTuned),
                TuningStatus.Binary b => (b.ResidualBinary.IfNone(double.NaN), b.ResidualRejected.IfNone(double.NaN)),
                _ => (double.NaN, double.NaN),
            };
            string where = $"layer {layer} {kind}";
            Assert.Equal(component.GetProperty("status").GetString(), status is TuningStatus.Tuned ? "tuned" : "binary");
            Close($"{where}: residual of the binary masks", component.GetProperty("residual_binary").GetDouble(), binary);
            Close($"{where}: residual of the solution", component.GetProperty("residual_tuned").GetDouble(), solved);
        }

        UnitColumns values = UnitColumns.Of(tuned.Shape, tuned.Values.ToArray());
        Expected.Close("tuned masks of heads", heads, values.Heads, 1e-4);
        Expected.Close("tuned masks of neurons", neurons, values.Neurons, 1e-3);
        return unit;
    }

    private static Unit Ranked(double[] importance, LayerImportance found, LayerRanking ranking)
    {
        Expected.Close("importance of layers", importance, found.Scores.ToArray(), 1e-5);
        JsonElement order = Expected.Json(Path.Combine(Folder, "expected.json")).GetProperty("ranking_tuned");
        Assert.Equal(order.EnumerateArray().Select(layer => layer.GetInt32()), ranking.Order.ToArray());
        return unit;
    }

    private static void Close(string what, double expected, double found) => Expected.Close(what, [expected], [found], 1e-4 * expected);
}
