using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>
/// The loss as a quadratic function of one gate γ_l a layer on the output of the layer's adapter, around γ = 1: with g = mean_x ∂ℓ_x/∂γ and
/// F = mean_x (∂ℓ_x/∂γ)(∂ℓ_x/∂γ)ᵀ (the empirical Fisher), ℓ(γ) ≈ ℓ(1) + gᵀδ + ½ δᵀFδ, δ = γ − 1. With the layers of a set R switched off,
/// the rise is −Σ_R g_l + ½ Σ_R Σ_R F_lm.
/// </summary>
internal sealed class GateModel
{
    /// <summary>The column of layer statistics that holds g.</summary>
    public const string Slope = "gate";

    private readonly double[] slope;
    private readonly double[] fisher;

    private GateModel(double[] slope, double[] fisher) => (this.slope, this.fisher) = (slope, fisher);

    /// <summary>L.</summary>
    public int Layers => slope.Length;

    /// <summary>g, [L].</summary>
    public ReadOnlySpan<double> Gradient => slope;

    /// <summary>The column that holds F's column of a layer.</summary>
    /// <param name="layer">The layer.</param>
    public static string Curvature(int layer) => string.Create(CultureInfo.InvariantCulture, $"gate_{layer}");

    /// <summary>Row l of F, [L].</summary>
    /// <param name="layer">l.</param>
    public ReadOnlySpan<double> Fisher(int layer) => fisher.AsSpan(layer * Layers, Layers);

    /// <summary>g and F of the gradients of samples. Errors: no sample; rows of another length; a number that is not finite.</summary>
    /// <param name="gradients">∂ℓ_x/∂γ, [L], one row a sample.</param>
    public static Either<FloeError, GateModel> Of(IReadOnlyList<double[]> gradients)
    {
        if (gradients.Count == 0 || gradients.Any(row => row.Length != gradients[0].Length || row.Length == 0))
        {
            return new FloeError.BadData(
                "gate gradients", "a number a layer for at least one sample", gradients.Count == 0
                    ? "no sample"
                    : "rows of several lengths", "Collect them again.");
        }

        if (gradients.Any(row => !row.All(double.IsFinite)))
        {
            return new FloeError.BadData(
                "gate gradients", "finite numbers", "another", "Check the adapter: its training may have diverged.");
        }

        int layers = gradients[0].Length;
        double[] slope = new double[layers];
        double[] fisher = new double[layers * layers];
        foreach (double[] row in gradients)
        {
            for (int l = 0; l < layers; l++)
            {
                slope[l] += row[l] / gradients.Count;
                for (int m = 0; m < layers; m++)
                {
                    fisher[(l * layers) + m] += row[l] * row[m] / gradients.Count;
                }
            }
        }

        return new GateModel(slope, fisher);
    }

    /// <summary>The model as columns of layer statistics: <see cref="Slope"/>, and <see cref="Curvature"/> of each layer. Errors:
    /// statistics of another number of layers.</summary>
    /// <param name="statistics">The other columns.</param>
    public Either<FloeError, LayerStatistics> AddTo(LayerStatistics statistics) => Enumerable.Range(0, Layers).Aggregate(
        statistics.With(Slope, slope), (all, layer) => all.Bind(columns => columns.With(Curvature(layer), Fisher(layer))));

    /// <summary>The model of stored columns. Errors: a column that is missing or incomplete; an F that is not symmetric.</summary>
    /// <param name="input">The layers.</param>
    internal static Either<FloeError, GateModel> Of(PolicyInput input) =>
        from slope in input.Column(Slope)
        from fisher in Enumerable.Range(0, input.Layers).Aggregate(
            Right<FloeError, Seq<ReadOnlyMemory<double>>>(Empty), (all, layer) =>
                all.Bind(rows => input.Column(Curvature(layer)).Map(rows.Add)))
        let flat = fisher.AsEnumerable().SelectMany(row => row.ToArray()).ToArray()
        from symmetric in Asymmetric(flat, input.Layers).Match(
            None: () => Right<FloeError, Unit>(unit),
            Some: place => Left<FloeError, Unit>(new FloeError.BadData(
                $"column {Curvature(place.Column)}, layer {place.Row}",
                    $"what column {Curvature(place.Row)} has for layer {place.Column}: F is symmetric", "another number",
                "Collect the gates again.")))
        select new GateModel(slope.ToArray(), flat);

    /// <summary>The rise of the loss with some layers off.</summary>
    /// <param name="off">R.</param>
    public double Rise(IReadOnlyList<int> off)
    {
        double linear = 0, square = 0;
        foreach (int l in off)
        {
            linear += slope[l];
            foreach (int m in off)
            {
                square += fisher[(l * Layers) + m];
            }
        }

        return (square / 2) - linear;
    }

    // Sums of products are added in one order for F_lm and F_ml, so equal bits are asked for up to rounding of a file's writer.
    private static Option<(int Row, int Column)> Asymmetric(double[] fisher, int layers)
    {
        for (int l = 0; l < layers; l++)
        {
            for (int m = 0; m < l; m++)
            {
                (double one, double other) = (fisher[(l * layers) + m], fisher[(m * layers) + l]);
                if (Math.Abs(one - other) > 1e-9 * (Math.Abs(one) + Math.Abs(other)))
                {
                    return Some((l, m));
                }
            }
        }

        return None;
    }
}
