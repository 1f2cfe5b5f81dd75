using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks.Studies;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, AISTATS 2016): all n points are trained to the first rung, the best ⌈n/η⌉ of them to the
/// next, and so on.
/// </summary>
/// <remarks>
/// Guarantee: a point is dropped only where at least ⌈m/η⌉ of the m points of its rung had a mean loss no larger at the same step with the
/// same seeds. So the best point of the whole training is found whenever it is among the best ⌈m/η⌉ at every rung; nothing is promised
/// where losses cross later than that. A rung is judged when all its points have reached it, so the outcome does not depend on how many
/// workers there are or which is the faster.
/// </remarks>
public static class SuccessiveHalving
{
    /// <summary>The rungs of a training: its steps divided by η again and again.</summary>
    /// <param name="steps">Steps of a whole training.</param>
    /// <param name="eta">η, at least 2.</param>
    /// <param name="points">Points that start; a rung on which nothing could be dropped any more is left out.</param>
    public static Arr<int> Rungs(int steps, int eta, int points)
    {
        List<int> rungs = [steps];
        for (long left = points; left > eta && rungs[0] / eta > 0; left = (left + eta - 1) / eta)
        {
            rungs.Insert(0, rungs[0] / eta);
        }

        return toArray(rungs);
    }

    /// <summary>How many of some points go on.</summary>
    /// <param name="points">Points of a rung.</param>
    /// <param name="eta">η.</param>
    public static int Kept(int points, int eta) => (points + eta - 1) / eta;

    /// <summary>The points that go on from a rung: those of least loss, the earlier of equal ones, in the order of
    /// <paramref name="losses"/>. A loss that is no number is the worst.</summary>
    /// <param name="losses">Mean losses of the rung's points.</param>
    /// <param name="eta">η.</param>
    /// <returns>Places in <paramref name="losses"/>, ascending.</returns>
    public static int[] Best(IReadOnlyList<double> losses, int eta) =>
        [.. Enumerable.Range(0, losses.Count)
            .OrderBy(i => double.IsNaN(losses[i]) ? double.PositiveInfinity : losses[i])
            .Take(Kept(losses.Count, eta))
            .Order()];
}
