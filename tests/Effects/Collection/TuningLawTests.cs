using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Collection;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Tests.Effects.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Collection;

/// <summary>Tuning on a decoder of random weights.</summary>
public class TuningLawTests
{
    private static readonly IReadOnlyList<TokenizedSample> Text = TinyDecoder.Samples(30, 25, 40, 33, 28);

    [Theory]
    [InlineData(TuningMode.Retained)]
    [InlineData(TuningMode.Teacher)]
    public void MasksThatKeepEverythingStayOne(TuningMode mode) => TinyDecoder.With(model =>
    {
        BinaryMasks all = BinaryMasks.All(model.Shape, kept: true);
        UnitMasks tuned = TinyDecoder.Right(MaskTuning.Run(model, null, all, Text, new TuningOptions(mode)));
        Expected.Close("masks", [.. Enumerable.Repeat(1.0, model.Shape.Units)], tuned.Values, 1e-6);
    });

    [Theory]
    [InlineData(TuningMode.Retained)]
    [InlineData(TuningMode.Teacher)]
    public void TuningNeverRaisesAResidualAndLeavesMaskedUnitsAtZero(TuningMode mode) => TinyDecoder.With(model =>
    {
        BinaryMasks masks = Half(model.Shape);
        UnitMasks tuned = TinyDecoder.Right(MaskTuning.Run(model, null, masks, Text, new TuningOptions(mode)));
        for (int layer = 0; layer < model.Shape.Layers; layer++)
        {
            foreach (Component component in new[] { Component.Head, Component.Neuron })
            {
                TuningStatus.Tuned status = Assert.IsType<TuningStatus.Tuned>(tuned.Status(layer, component));
                Assert.True(status.ResidualTuned < status.ResidualBinary, $"layer {layer} {component}");
            }
        }

        for (int at = 0; at < model.Shape.Units; at++)
        {
            Assert.True(masks.Kept[at] || tuned.Values[at] == 0.0);
        }
    });

    [Fact]
    public void StoredTeacherEquationsTuneAsTheModelDoes() => TinyDecoder.With(model =>
    {
        BinaryMasks masks = Half(model.Shape);
        TuningOptions teacher = new(TuningMode.Teacher);
        UnitMasks direct = TinyDecoder.Right(MaskTuning.Run(model, null, masks, Text, teacher));
        UnitMasks offline = masks.ToUnitMasks();
        TinyDecoder.Right(TeacherEquations.Run(model, null, Text, (layer, component, equations) => offline = TinyDecoder.Right(
            from tuned in Tuning.Component(equations, masks.OfComponent(layer, component), teacher)
            from next in offline.With(layer, component, tuned.Masks.ToArray(), tuned.Status)
            select next)));
        Expected.Close("masks", direct.Values, offline.Values, 1e-12);
    });

    [Fact]
    public void EquationsAreThoseOfTheExplicitColumns() => TinyDecoder.With(model =>
    {
        LayerWeights layer = model.Layers[0];
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            (long tokens, int heads, int width) = (11, layer.Config.Heads, layer.Config.HeadDim);
            Tensor z = randn(tokens, (long)heads * width, ScalarType.Float32);
            Tensor b = randn(tokens, (long)layer.Config.Hidden, ScalarType.Float32);
            int[] chosen = [0, 2, 3];
            Tensor columns = stack(chosen.Select(h => nn.functional.linear(
                z.narrow(1, (long)h * width, width).to(ScalarType.Float64),
                layer.Output.narrow(1, (long)h * width, width).to(ScalarType.Float64)).flatten()), 1);
            using EquationSums sums = new(layer.Output, width, chosen);
            sums.Add(z.narrow(0, 0, 4), b.narrow(0, 0, 4));
            sums.Add(z.narrow(0, 4, 7), b.narrow(0, 4, 7));
            NormalEquations found = TinyDecoder.Right(sums.ToEquations());
            double[] gram = Tensors.Doubles(columns.t().mm(columns));
            Expected.Close("gram", [gram[0], gram[1], gram[2], gram[4], gram[5], gram[8]], found.Gram, 1e-9);
            Expected.Close("right side", Tensors.Doubles(columns.t().mv(b.to(ScalarType.Float64).flatten())), found.Right, 1e-9);
            Expected.Close("target", [b.to(ScalarType.Float64).square().sum().item<double>()], [found.Target], 1e-9);
            return LanguageExt.Prelude.unit;
        }));
    });

    [Fact]
    public void ComponentsWithoutAKeptUnitStayBinary() => TinyDecoder.With(model =>
    {
        UnitMasks tuned = TinyDecoder.Right(
            MaskTuning.Run(model, null, BinaryMasks.All(model.Shape, kept: false), Text, new TuningOptions()));
        Assert.False(tuned.AnyTuned);
        Assert.True(tuned.Values.IndexOfAnyExcept(0.0) < 0);
    });

    private static BinaryMasks Half(ModelShape shape) =>
        TinyDecoder.Right(BinaryMasks.Create(shape, [.. Enumerable.Range(0, shape.Units).Select(at => (at * 7 % 11) < 6)]));
}
