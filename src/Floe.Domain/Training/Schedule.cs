namespace Floe.Domain.Training;

/// <summary>How the learning rate rises at the start.</summary>
public enum WarmUp
{
    /// <summary>Step s of w has (s + 1)/w of the peak: the first step already learns.</summary>
    FromFirst = 0,

    /// <summary>Step s of w has s/w of the peak: the first step has rate 0, as in transformers' schedules.</summary>
    FromZero = 1,
}

/// <summary>How the learning rate falls after the warm-up, with p the share of the steps after it that are done, in [0, 1).</summary>
public enum Decay
{
    /// <summary>½ (1 + cos πp).</summary>
    Cosine = 0,

    /// <summary>1 − p.</summary>
    Linear = 1,

    /// <summary>1.</summary>
    Constant = 2,
}

/// <summary>The learning rate as a function of the step.</summary>
/// <param name="Peak">Rate at the end of the warm-up.</param>
/// <param name="Steps">T, number of optimizer steps.</param>
/// <param name="WarmUpSteps">w, from 0 to T.</param>
/// <param name="WarmUp">Form of the rise.</param>
/// <param name="Decay">Form of the fall.</param>
internal sealed record Schedule(double Peak, int Steps, int WarmUpSteps, WarmUp WarmUp = WarmUp.FromFirst, Decay Decay = Decay.Cosine)
{
    /// <summary>The rate of step <paramref name="step"/>, counted from 0. From step T on it is that of p = 1.</summary>
    public double Rate(int step) =>
        Peak * (step < WarmUpSteps ? Rise(step) : Fall(Math.Min(1.0, (step - WarmUpSteps) / (double)Math.Max(1, Steps - WarmUpSteps))));

    private double Rise(int step) => (WarmUp == WarmUp.FromFirst ? step + 1.0 : step) / WarmUpSteps;

    private double Fall(double done) => Decay switch
    {
        Decay.Cosine => 0.5 * (1.0 + Math.Cos(Math.PI * done)),
        Decay.Linear => 1.0 - done,
        _ => 1.0,
    };
}
