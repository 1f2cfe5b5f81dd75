namespace Floe.Domain.Training;

/// <summary>
/// Which samples each optimizer step takes: a pure function of the seed and the step, so that a resumed run draws what an uninterrupted one
/// does. Each epoch is a permutation of all samples by <see cref="SplitMix64"/>, whose start depends on seed and epoch alone, cut into
/// batches; the last batch of an epoch may be smaller, so that every sample comes exactly once an epoch.
/// </summary>
/// <param name="Count">Samples, at least 1.</param>
/// <param name="Batch">Samples of one optimizer step, at least 1.</param>
/// <param name="Seed">Any number.</param>
internal sealed record SampleOrder(int Count, int Batch, long Seed)
{
    /// <summary>Optimizer steps of one epoch, ⌈Count / Batch⌉; 0 without samples or a batch.</summary>
    public int StepsPerEpoch => Count < 1 || Batch < 1 ? 0 : (int)((Count + (long)Batch - 1) / Batch);

    /// <summary>The order of the samples in an epoch, counted from 0.</summary>
    public int[] Epoch(int epoch)
    {
        (ulong mixed, _) = new SplitMix64(unchecked((ulong)Seed)).NextBits();
        return new SplitMix64(unchecked(mixed + (ulong)epoch)).Permutation(Count).Order;
    }

    /// <summary>The samples of a step, counted from 0 over all epochs; none where an epoch has no steps.</summary>
    public int[] Step(int step) => StepsPerEpoch == 0
        ? []
        : [.. Epoch(step / StepsPerEpoch).Skip(step % StepsPerEpoch * Batch).Take(Batch)];

    /// <summary>A drawing of some samples without repetition, in their original order: a sample of a data set, or a held-out
    /// part.</summary>
    /// <param name="count">Samples there are.</param>
    /// <param name="drawn">Samples wanted; all where there are fewer.</param>
    /// <param name="seed">Any number.</param>
    /// <returns>Indices drawn, and the others, both ascending.</returns>
    public static (int[] Drawn, int[] Others) Draw(int count, int drawn, long seed)
    {
        int[] order = new SplitMix64(unchecked((ulong)seed)).Permutation(count).Order;
        return ([.. order.Take(drawn).Order()], [.. order.Skip(drawn).Order()]);
    }
}
