using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>A component's mask over the whole model, in bins of neighbouring units.</summary>
/// <param name="Component">Heads or neurons.</param>
/// <param name="Layers">L, rows.</param>
/// <param name="UnitsPerLayer">Units that a row stands for.</param>
/// <param name="Bins">Columns; at most <paramref name="UnitsPerLayer"/>.</param>
/// <param name="Kept">Share of kept units of each bin, in [0, 1], row after row: L·bins values.</param>
internal sealed record MaskMap(Component Component, int Layers, int UnitsPerLayer, int Bins, Arr<double> Kept)
{
    /// <summary>
    /// Bins the masks of one component. Bin b of B holds units ⌊b·n/B⌋ … ⌊(b+1)·n/B⌋ − 1 of the layer's n, so every unit is in exactly one
    /// bin.
    /// </summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="component">Which component.</param>
    /// <param name="kept">Whether each unit is kept, in table order; as many as the shape has units.</param>
    /// <param name="mostBins">Most columns, at least 1.</param>
    /// <returns>The map, or bad data where the counts disagree.</returns>
    public static Either<FloeError, MaskMap> Bin(ModelShape shape, Component component, ReadOnlySpan<bool> kept, int mostBins)
    {
        int units = component == Component.Head ? shape.Heads : shape.Neurons;
        if (kept.Length != shape.Units || units < 1)
        {
            return new FloeError.BadData(
                "masks", $"{shape.Units} units", $"{kept.Length}", "Use the masks and the shape of one model.");
        }

        int bins = Math.Clamp(mostBins, 1, units);
        double[] shares = new double[shape.Layers * bins];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            ReadOnlySpan<bool> row = kept.Slice(shape.IndexOf(new UnitId(layer, component, 0)), units);
            for (int bin = 0; bin < bins; bin++)
            {
                int from = (int)((long)bin * units / bins);
                int to = (int)((long)(bin + 1) * units / bins);
                shares[(layer * bins) + bin] = row[from..to].Count(true) / (double)(to - from);
            }
        }

        return new MaskMap(component, shape.Layers, units, bins, Prelude.toArray(shares));
    }

    /// <summary>Share of kept units of a layer's bins <paramref name="from"/> … <paramref name="to"/> − 1, weighted by their
    /// sizes.</summary>
    public double KeptShare(int layer, int from, int to)
    {
        double kept = 0;
        for (int bin = from; bin < to; bin++)
        {
            kept += Kept[(layer * Bins) + bin] * (Edge(bin + 1) - Edge(bin));
        }

        return kept / (Edge(to) - Edge(from));
    }

    /// <summary>First unit of a bin; for b = B the number of units.</summary>
    public int Edge(int bin) => (int)((long)bin * UnitsPerLayer / Bins);
}
