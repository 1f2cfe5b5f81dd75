using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>What a policy's layers bought.</summary>
/// <param name="Policy">The policy, or <c>base</c> for the model before adaptation.</param>
/// <param name="Layers">Layers adapted, ascending.</param>
/// <param name="TrainableParameters">Parameters trained.</param>
/// <param name="HeldOutLoss">Mean token loss on held-out text, in nats.</param>
/// <param name="Perplexity">exp of that loss.</param>
/// <param name="ExactMatch">Share of answers that equal the reference, in [0, 1].</param>
/// <param name="Seconds">Wall time of training.</param>
/// <param name="PeakBytes">Peak resident memory of training.</param>
internal sealed record PolicyOutcome(
    string Policy,
    Arr<int> Layers,
    Option<long> TrainableParameters,
    Option<double> HeldOutLoss,
    Option<double> Perplexity,
    Option<double> ExactMatch,
    Option<double> Seconds,
    Option<long> PeakBytes);

/// <summary>Loss while training under one policy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Points">Step, from 1, and mean token loss of that step's batch, ascending by step.</param>
internal sealed record TrainingCurve(string Policy, Arr<(int Step, double Loss)> Points)
{
    /// <summary>
    /// The curve as at most <paramref name="most"/> points: means over consecutive groups of equal size, each at the middle of its steps.
    /// Steps without a finite loss are left out.
    /// </summary>
    public Arr<(double Step, double Loss)> Smoothed(int most)
    {
        (int Step, double Loss)[] finite = [.. Points.Where(p => double.IsFinite(p.Loss))];
        int size = Math.Max(1, (finite.Length + most - 1) / Math.Max(1, most));
        return Prelude.toArray(finite.Chunk(size).Select(group => (group.Average(p => (double)p.Step), group.Average(p => p.Loss))));
    }
}
