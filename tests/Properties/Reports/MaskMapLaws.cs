using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Reports;

/// <summary>Binning loses no unit and counts none twice.</summary>
public class MaskMapLaws(ITestOutputHelper output)
{
    private static readonly Gen<(ModelShape Shape, bool[] Kept, int Bins)> Cases =
        from layers in Gen.Choose(1, 4)
        from heads in Gen.Choose(1, 5)
        from neurons in Gen.Choose(1, 40)
        from bins in Gen.Choose(1, 50)
        let shape = new ModelShape(layers, heads, heads, neurons, heads, 1)
        from kept in Gen.Elements(true, false).ArrayOf(shape.Units)
        select (shape, kept, bins);

    [Fact]
    public void SharesWeightedByBinSizesCountTheKeptUnits() => Law.Check(output, Cases.ToArbitrary(), c =>
        new[] { Component.Head, Component.Neuron }.All(component =>
        {
            MaskMap map = Expect.Right(MaskMap.Bin(c.Shape, component, c.Kept, c.Bins));
            return Enumerable.Range(0, c.Shape.Layers).All(layer =>
            {
                int counted = Enumerable.Range(0, map.UnitsPerLayer).Count(i => c.Kept[c.Shape.IndexOf(new UnitId(layer, component, i))]);
                return Math.Abs((map.KeptShare(layer, 0, map.Bins) * map.UnitsPerLayer) - counted) < 1e-9;
            });
        }), c => c.Bins < c.Shape.Neurons ? "binned" : "one unit a bin");

    [Fact]
    public void MasksOfAnotherModelAreRefused() =>
        Assert.True(
            MaskMap.Bin(new ModelShape(2, 2, 2, 3, 4, 2), Component.Head, new bool[9], 4)
                .Match(Right: _ => false, Left: e => e is FloeError.BadData));

    [Fact]
    public void ALongCurveKeepsItsMean()
    {
        TrainingCurve curve = SampleReports.Deep().Curves[0];
        Arr<(double Step, double Loss)> shown = curve.Smoothed(50);
        Assert.True(shown.Count <= 50);
        Assert.Equal(curve.Points.Average(p => p.Loss), shown.Average(p => p.Loss), 9);
    }
}
