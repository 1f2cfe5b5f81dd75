using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>Layers in order of a score, largest first; ties go to the lower layer (method §7).</summary>
public sealed class LayerRanking : IEquatable<LayerRanking>
{
    private readonly double[] scores;
    private readonly int[] order;
    private readonly int[] ranks;

    private LayerRanking(double[] scores, int[] order)
    {
        this.scores = scores;
        this.order = order;
        ranks = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            ranks[order[place]] = place;
        }
    }

    /// <summary>Number of layers.</summary>
    public int Layers => scores.Length;

    /// <summary>The score of each layer.</summary>
    public ReadOnlySpan<double> Scores => scores;

    /// <summary>Layers, the most important first.</summary>
    public ReadOnlySpan<int> Order => order;

    /// <summary>Each layer's place in <see cref="Order"/>; 0 = most important.</summary>
    public ReadOnlySpan<int> Ranks => ranks;

    /// <summary>Ranks layers by score, largest first, ties by lower layer. Errors: no layer; a score that is NaN.</summary>
    public static Either<FloeError, LayerRanking> Create(ReadOnlySpan<double> scores)
    {
        int nan = scores.IndexOf(double.NaN);
        if (scores.IsEmpty || nan >= 0)
        {
            return Left<FloeError, LayerRanking>(new FloeError.BadData(
                scores.IsEmpty
                    ? "ranking"
                    : $"ranking, layer {nan}", "a score for each layer", scores.IsEmpty
                    ? "no layer"
                    : "NaN", "Check the statistic that ranks."));
        }

        double[] copy = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, copy.Length).OrderByDescending(layer => copy[layer])];
        return Right<FloeError, LayerRanking>(new LayerRanking(copy, order));
    }

    /// <inheritdoc/>
    public bool Equals(LayerRanking? other) => other is not null && Scores.SequenceEqual(other.Scores) && Order.SequenceEqual(other.Order);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerRanking);

    /// <inheritdoc/>
    public override int GetHashCode() => order.Aggregate(order.Length, HashCode.Combine);
}
