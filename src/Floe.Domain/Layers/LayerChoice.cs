using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>How many of the ranked layers are taken (method §7).</summary>
public abstract record LayerChoice
{
    private LayerChoice()
    {
    }

    /// <summary>The first n.</summary>
    /// <param name="Count">n, from 1 to L.</param>
    public sealed record Top(int Count) : LayerChoice;

    /// <summary>All whose score is above a value.</summary>
    /// <param name="Value">The threshold.</param>
    public sealed record Above(double Value) : LayerChoice;

    /// <summary>A share of all layers, rounded to the nearest number, halves up, at least one.</summary>
    /// <param name="Of">Share, above 0 and at most 1.</param>
    public sealed record Share(double Of) : LayerChoice;

    /// <summary>At least half of the layers (rounded up), whatever another choice takes: for small samples (paper, Appendix D).</summary>
    /// <param name="Inner">The other choice.</param>
    public sealed record AtLeastHalf(LayerChoice Inner) : LayerChoice;

    /// <summary>How many layers are taken from the front of a ranking. Errors: a number, share or threshold out of range.</summary>
    internal Either<FloeError, int> CountIn(LayerRanking ranking) => this switch
    {
        Top top when top.Count >= 1 && top.Count <= ranking.Layers => Right<FloeError, int>(top.Count),
        Top top => Left<FloeError, int>(Bad(string.Create(CultureInfo.InvariantCulture, $"1 to {ranking.Layers} layers"), top.Count)),
        Share { Of: > 0 and <= 1 } share => Right<FloeError, int>(Math.Max(1, (int)Math.Floor((share.Of * ranking.Layers) + 0.5))),
        Share share => Left<FloeError, int>(Bad("a share above 0 and at most 1", share.Of)),
        Above above when !double.IsNaN(above.Value) => Right<FloeError, int>(CountAbove(ranking, above.Value)),
        Above above => Left<FloeError, int>(Bad("a threshold", above.Value)),
        AtLeastHalf half => half.Inner.CountIn(ranking).Map(n => Math.Max(n, (ranking.Layers + 1) / 2)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether it depends on the scores of a ranking, so that it is no number before there are some.</summary>
    internal bool NeedsScores => this switch
    {
        Above => true,
        AtLeastHalf half => half.Inner.NeedsScores,
        _ => false,
    };

    // Scores descend along the order.
    private static int CountAbove(LayerRanking ranking, double value)
    {
        int count = 0;
        while (count < ranking.Layers && ranking.Scores[ranking.Order[count]] > value)
        {
            count++;
        }

        return count;
    }

    private static FloeError.Usage Bad(string expected, double found) =>
        new("layers", expected, found.ToString("R", CultureInfo.InvariantCulture), "Choose another number, share or threshold.");
}
