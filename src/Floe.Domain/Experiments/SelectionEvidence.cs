using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Experiments;

/// <summary>Held-out losses of a set of layers that was trained.</summary>
/// <param name="Layers">The set, ascending.</param>
/// <param name="Losses">Mean token loss of each held-out sample, a row a seed.</param>
internal sealed record TrainedSet(Arr<int> Layers, IReadOnlyList<double[]> Losses)
{
    /// <summary>Mean over seeds and samples.</summary>
    public double Loss => Losses.Average(row => row.Average());
}

/// <summary>What a policy's set is worth beside random sets of as many layers, and beside all layers.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Layers">Its set.</param>
/// <param name="Loss">Mean held-out loss, in nats.</param>
/// <param name="Percentile">Share of the random sets whose loss is higher; of those that are as high, half.</param>
/// <param name="AgainstRandom">Its losses − the mean of the random sets'; below 0 is better.</param>
/// <param name="Corrected">Holm-corrected p of that difference, over the policies.</param>
/// <param name="AgainstAll">Its losses − those of all layers.</param>
/// <param name="ShareOfGain">(base − loss) / (base − all): how much of what all layers gain.</param>
internal sealed record PolicyEvidence(
    string Policy,
    Arr<int> Layers,
    double Loss,
    double Percentile,
    SeededDifference AgainstRandom,
    double Corrected,
    SeededDifference AgainstAll,
    double ShareOfGain)
{
    /// <summary>Whether it beats the mean of random sets, by the corrected value at 5 %.</summary>
    public bool Beats => AgainstRandom.Mean < 0 && Corrected < 0.05;
}

/// <summary>The evidence of one cell of an experiment: one data set, one number of layers.</summary>
internal static class SelectionEvidence
{
    /// <summary>Compares. Errors: no random set; sets that were measured on other samples.</summary>
    /// <param name="policies">The policies and their sets, in the order to report.</param>
    /// <param name="random">Random sets of as many layers.</param>
    /// <param name="all">All layers.</param>
    /// <param name="untrained">The base model's loss of each sample.</param>
    /// <param name="seed">Starts the bootstrap.</param>
    /// <param name="resamples">Resamples.</param>
    public static Either<FloeError, Arr<PolicyEvidence>> Of(
        IReadOnlyList<(string Policy, TrainedSet Set)> policies,
        IReadOnlyList<TrainedSet> random,
        TrainedSet all,
        double[] untrained,
        ulong seed,
        int resamples = SeededDifference.DefaultResamples)
    {
        double gain = untrained.Average() - all.Loss;
        return
            from enough in random.Count > 0
                ? Right<FloeError, Unit>(unit)
                : new FloeError.Usage("random", "at least one random set to compare with", "none", "Ask for more random sets.")
            from mean in MeanOf(random)
            from rows in policies.Map(policy =>
                from beside in SeededDifference.Of(policy.Set.Losses, mean, seed, resamples)
                from whole in SeededDifference.Of(policy.Set.Losses, all.Losses, seed, resamples)
                select (policy.Policy, policy.Set, beside, whole)).Sequence()
            let found = rows.ToArray()
            let corrected = Holm.Corrected([.. found.Select(row => row.beside.PValue)])
            select toArray(found.Select((row, i) => new PolicyEvidence(
                row.Policy, row.Set.Layers, row.Set.Loss, Percentile(row.Set.Loss, random), row.beside, corrected[i], row.whole,
                (untrained.Average() - row.Set.Loss) / gain)));
    }

    /// <summary>Share of random sets whose loss is higher, those as high counted half.</summary>
    private static double Percentile(double loss, IReadOnlyList<TrainedSet> random) =>
        random.Average(set => set.Loss > loss ? 1.0 : set.Loss == loss ? 0.5 : 0.0);

    // Each sample's mean over the sets, a row a seed.
    private static Either<FloeError, IReadOnlyList<double[]>> MeanOf(IReadOnlyList<TrainedSet> sets)
    {
        int seeds = sets[0].Losses.Count;
        return sets.Any(set => set.Losses.Count != seeds || set.Losses.Any(row => row.Length != sets[0].Losses[0].Length))
            ? new FloeError.BadData(
                "random sets", "as many seeds and samples for each", "several numbers of them", "Train each set with the same seeds.")
            : Right<FloeError, IReadOnlyList<double[]>>(
            [
                .. Enumerable.Range(0, seeds).Select(seed => Enumerable.Range(0, sets[0].Losses[0].Length)
                    .Select(sample => sets.Average(set => set.Losses[seed][sample])).ToArray()),
            ]);
    }
}
