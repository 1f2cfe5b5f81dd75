namespace Floe.Domain.Experiments;

/// <summary>What is held equal when sets of layers are compared: users ask three questions.</summary>
internal enum ExperimentView
{
    /// <summary>Equal steps, as the paper does.</summary>
    Steps = 0,

    /// <summary>Equal trainable parameters: a set of k layers has rank max(1, round(r·n/k)), where n layers have r.</summary>
    Parameters = 1,

    /// <summary>Equal time: a step costs L layers forward and, backward, those down to the lowest adapted one, so higher sets get more
    /// steps.</summary>
    Time = 2,
}

/// <summary>Rank and steps of a set under a view.</summary>
internal static class ExperimentViews
{
    /// <summary>The rank of a set.</summary>
    /// <param name="view">What is held equal.</param>
    /// <param name="rank">r of the cell's own sets.</param>
    /// <param name="number">n, layers of the cell's own sets.</param>
    /// <param name="layers">Layers of this set.</param>
    public static int Rank(this ExperimentView view, int rank, int number, int layers) =>
        view == ExperimentView.Parameters
            ? Math.Max(1, (int)Math.Round((double)rank * number / layers, MidpointRounding.AwayFromZero))
            : rank;

    /// <summary>The steps of a set: those that all layers would make in the same time.</summary>
    /// <param name="view">What is held equal.</param>
    /// <param name="steps">Steps of all layers.</param>
    /// <param name="depth">L.</param>
    /// <param name="lowest">The set's lowest layer.</param>
    public static int Steps(this ExperimentView view, int steps, int depth, int lowest) =>
        view == ExperimentView.Time
            ? (int)Math.Round(steps * 2.0 * depth / ((2.0 * depth) - lowest), MidpointRounding.AwayFromZero)
            : steps;
}
