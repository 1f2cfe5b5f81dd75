namespace Floe.Domain.Adapters;

/// <summary>AdaLoRA's schedule: how many triplets all linear layers together may have in a step, and which they are.</summary>
/// <param name="Initial">Triplets at the start.</param>
/// <param name="Target">Triplets at the end.</param>
/// <param name="FreeSteps">Steps with all of them.</param>
/// <param name="FixedSteps">Steps at the end with the same ones.</param>
/// <param name="Interval">Steps from one choice to the next.</param>
/// <param name="TotalSteps">All steps.</param>
/// <remarks>Source: arXiv 2303.10512, §3.3, in PEFT's form.</remarks>
internal sealed record RankBudget(int Initial, int Target, int FreeSteps, int FixedSteps, int Interval, int TotalSteps)
{
    /// <summary>The step whose choice is the last one.</summary>
    public int LastChoice => TotalSteps - FixedSteps;

    /// <summary>⌊(Initial − Target)(1 − (s − free)/(total − fixed − free))³ + Target⌋ between the free steps and the fixed
    /// ones.</summary>
    /// <param name="step">s, from 1.</param>
    public int At(int step)
    {
        double left = 1.0 - ((double)(step - FreeSteps) / (LastChoice - FreeSteps));
        return step <= FreeSteps ? Initial
            : step > LastChoice ? Target
            : (int)(((Initial - Target) * left * left * left) + Target);
    }

    /// <summary>Whether the triplets are chosen anew after a step.</summary>
    /// <param name="step">s, from 1.</param>
    public bool Chooses(int step) => step == LastChoice || (step > FreeSteps && step < LastChoice && step % Interval == 0);

    /// <summary>Which triplets stay: those whose score is above the (number − budget)-th smallest; all where the budget has room for
    /// all.</summary>
    /// <param name="scores">A score a triplet.</param>
    /// <param name="budget">How many may stay; fewer do where scores are equal.</param>
    public static bool[] Kept(ReadOnlySpan<float> scores, int budget)
    {
        bool[] kept = new bool[scores.Length];
        float[] sorted = scores.ToArray();
        System.Array.Sort(sorted);
        int last = scores.Length - budget - 1;
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = last < 0 || (last < sorted.Length && scores[i] > sorted[last]);
        }

        return kept;
    }
}
