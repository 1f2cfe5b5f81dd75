using LanguageExt;

namespace Floe.Domain.Reports.Drawing;

/// <summary>Where labels go so that none covers another, decided before anything is drawn.</summary>
internal static class Labels
{
    /// <summary>An upper bound on the width of a label in the page's sans-serif fonts: 0.62 em a character.</summary>
    public static double Width(string text, double fontSize) => text.Length * 0.62 * fontSize;

    /// <summary>Cuts a label to a width and marks the cut.</summary>
    public static string Fit(string text, double width, double fontSize)
    {
        int most = Math.Max(2, (int)(width / (0.62 * fontSize)));
        return text.Length <= most ? text : text[..(most - 1)] + "…";
    }

    /// <summary>
    /// Moves wished positions apart to at least <paramref name="gap"/> while keeping their order, as near to the wishes as pooling of
    /// neighbours gives (least squares), and inside the interval where it has room.
    /// </summary>
    /// <param name="wished">Positions in any order; equal ones keep the order given.</param>
    /// <param name="gap">Least distance, in pixels.</param>
    /// <param name="low">Lower end of the interval.</param>
    /// <param name="high">Upper end of the interval.</param>
    /// <returns>One position a wish, in the wishes' order.</returns>
    public static Arr<double> Spread(Arr<double> wished, double gap, double low, double high)
    {
        int[] order = [.. Enumerable.Range(0, wished.Count).OrderBy(i => wished[i])];
        var pools = new List<(double Sum, int Count)>();
        for (int i = 0; i < order.Length; i++)
        {
            (double Sum, int Count) pool = (wished[order[i]] - (i * gap), 1);
            while (pools.Count > 0 && pools[^1].Sum / pools[^1].Count >= pool.Sum / pool.Count)
            {
                pool = (pools[^1].Sum + pool.Sum, pools[^1].Count + pool.Count);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        double[] result = new double[order.Length];
        double last = Math.Max(low, high - (gap * (order.Length - 1)));
        int at = 0;
        foreach ((double sum, int count) in pools)
        {
            double position = Math.Clamp(sum / count, low, last);
            for (int i = 0; i < count; i++, at++)
            {
                result[order[at]] = position + (at * gap);
            }
        }

        return Prelude.toArray(result);
    }
}
