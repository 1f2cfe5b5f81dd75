using System.Globalization;
using LanguageExt;

namespace Floe.Domain.Training;

/// <summary>How long and how fast an adapter is trained. Defaults are those of FLoE in Table 6 of the paper.</summary>
/// <param name="Epochs">Passes over the data, above 0; may be a fraction. Ignored where <paramref name="Steps"/> is given.</param>
/// <param name="Steps">Optimizer steps, where their number is given itself.</param>
/// <param name="Batch">Samples of one optimizer step.</param>
/// <param name="LearningRate">Rate at the end of the warm-up.</param>
/// <param name="WarmUpShare">Share of the steps that the rate rises over, in [0, 1].</param>
/// <param name="WarmUp">Form of the rise.</param>
/// <param name="Decay">Form of the fall.</param>
/// <param name="ClipNorm">Largest gradient norm; 0 does not clip.</param>
/// <param name="WeightDecay">Decoupled weight decay of AdamW.</param>
/// <param name="MaxLength">Most tokens of a sample; longer ones are cut on the right.</param>
/// <param name="Seed">Starts the order of the samples, the adapter's values and dropout.</param>
public sealed record TrainingOptions(
    double Epochs = 1,
    Option<int> Steps = default,
    int Batch = 1,
    double LearningRate = 2e-4,
    double WarmUpShare = 0.03,
    WarmUp WarmUp = WarmUp.FromFirst,
    Decay Decay = Decay.Cosine,
    double ClipNorm = 1.0,
    double WeightDecay = 0.0,
    int MaxLength = 512,
    long Seed = 42)
{
    /// <summary>Number of optimizer steps over <paramref name="samples"/> samples: at least 1.</summary>
    public int StepsOver(int samples) =>
        Steps.IfNone(
            () => Math.Max(1, (int)Math.Min(int.MaxValue, Math.Round(Epochs * new SampleOrder(samples, Batch, Seed).StepsPerEpoch))));

    /// <summary>The learning rate's schedule over <paramref name="samples"/> samples; the warm-up is ⌈share · steps⌉, as transformers
    /// rounds it.</summary>
    internal Schedule ScheduleOver(int samples) =>
        new(LearningRate, StepsOver(samples), (int)Math.Ceiling(WarmUpShare * StepsOver(samples)), WarmUp, Decay);

    /// <summary>These options, or every value out of its range.</summary>
    public Either<FloeError, TrainingOptions> Checked()
    {
        FloeError[] faults =
        [
            .. Fault("epochs", Epochs > 0 && double.IsFinite(Epochs), "a number above 0", Epochs),
            .. Fault("steps", Steps.ForAll(steps => steps > 0), "a whole number above 0", Steps.IfNone(0)),
            .. Fault("batch", Batch > 0, "a whole number above 0", Batch),
            .. Fault("learning rate", LearningRate > 0 && double.IsFinite(LearningRate), "a number above 0", LearningRate),
            .. Fault("warm-up", WarmUpShare is >= 0 and <= 1, "a share from 0 to 1", WarmUpShare),
            .. Fault("clip", ClipNorm >= 0 && double.IsFinite(ClipNorm), "a number from 0", ClipNorm),
            .. Fault("weight decay", WeightDecay >= 0 && double.IsFinite(WeightDecay), "a number from 0", WeightDecay),
            .. Fault("max length", MaxLength > 1, "at least 2 tokens", MaxLength),
        ];
        return faults switch
        {
            [] => this,
            [FloeError only] => only,
            [FloeError first, .. FloeError[] rest] => new FloeError.Several(first, rest),
        };
    }

    private static FloeError[] Fault(string name, bool sound, string expected, double found) =>
        sound ? [] : [new FloeError.Usage(name, expected, found.ToString("R", CultureInfo.InvariantCulture), "Change the option.")];
}
