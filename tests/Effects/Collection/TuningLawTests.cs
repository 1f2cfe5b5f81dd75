using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Tests.Effects.Models;
using Xunit;

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
    public void ComponentsWithoutAKeptUnitStayBinary() => TinyDecoder.With(model =>
    {
        UnitMasks tuned = TinyDecoder.Right(MaskTuning.Run(model, null, BinaryMasks.All(model.Shape, kept: false), Text, new TuningOptions()));
        Assert.False(tuned.AnyTuned);
        Assert.True(tuned.Values.IndexOfAnyExcept(0.0) < 0);
    });

    private static BinaryMasks Half(ModelShape shape) =>
        TinyDecoder.Right(BinaryMasks.Create(shape, [.. Enumerable.Range(0, shape.Units).Select(at => (at * 7 % 11) < 6)]));
}
