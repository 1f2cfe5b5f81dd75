using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks.Studies;

/// <summary>One training of a trial, up to some step.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Step">Steps that were done.</param>
/// <param name="Loss">Validation loss after them, nats.</param>
/// <param name="Seconds">Wall time since the loss before, or since the start.</param>
internal sealed record SeedLoss(long Seed, int Step, double Loss, double Seconds);

/// <summary>A proposal of a study and what came of it.</summary>
/// <param name="Id">The trial's number in the store.</param>
/// <param name="Number">Its number in the study.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Point">What was proposed; None where it is not one of the space.</param>
/// <param name="Value">Its mean loss over seeds, where it ended with one.</param>
/// <param name="Losses">Its trainings, by seed and step; none where another program trained it.</param>
/// <param name="Worker">Who trains it; None where no worker of Floe does.</param>
/// <param name="Repeats">The trial whose result it took over, where its point had been trained.</param>
/// <param name="Reason">Why it was proposed.</param>
internal sealed record StudyTrial(
    int Id,
    int Number,
    TrialState State,
    Option<Point> Point,
    Option<double> Value,
    Arr<SeedLoss> Losses,
    Option<string> Worker,
    Option<int> Repeats,
    string Reason)
{
    /// <summary>Whether nothing can change it any more.</summary>
    public bool IsFinished => State is TrialState.Complete or TrialState.Pruned or TrialState.Failed;

    /// <summary>Whether Floe trains it or trained it.</summary>
    public bool IsOurs => Worker.IsSome;

    /// <summary>The loss of a seed after some steps.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The steps.</param>
    public Option<double> LossOf(long seed, int step) => Losses.Find(l => l.Seed == seed && l.Step == step).Map(l => l.Loss);

    /// <summary>The mean loss over some seeds after some steps, where every one of them got there: one observation.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="step">The steps.</param>
    public Option<double> MeanOf(Arr<long> seeds, int step) =>
        seeds.ForAll(seed => LossOf(seed, step).IsSome) ? seeds.Average(seed => LossOf(seed, step).IfNone(0)) : None;
}

/// <summary>A study of a store as Floe reads it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Trials">Its trials, by number.</param>
internal sealed record RankStudy(StudyRecord Study, Arr<StudyTrial> Trials)
{
    /// <summary>The trial attribute of a loss: <c>floe:loss:SEED:STEP</c>, a number.</summary>
    public const string Loss = "floe:loss:";

    /// <summary>The trial attribute of its seconds: <c>floe:seconds:SEED:STEP</c>, a number.</summary>
    public const string Seconds = "floe:seconds:";

    /// <summary>The trial attribute of who trains it, a text.</summary>
    public const string Worker = "floe:worker";

    /// <summary>The trial attribute of the trial that it repeats, a number.</summary>
    public const string Repeats = "floe:repeats";

    /// <summary>The trial attribute of why it was proposed, a text.</summary>
    public const string Reason = "floe:reason";

    /// <summary>Reads a study of a store.</summary>
    /// <param name="log">The store.</param>
    /// <param name="study">The study.</param>
    /// <param name="space">What it searches.</param>
    public static RankStudy Of(StudyLog log, StudyRecord study, SearchSpace space) =>
        new(study, toArray(log.Of(study.Id).Select(trial => Read(trial, space))));

    /// <summary>The trials as a sampler sees them: a running one is there without a loss, a failed one has the worst.</summary>
    public IReadOnlyList<PointObservation> History =>
    [
        .. from trial in Trials
           from point in trial.Point.AsEnumerable()
           select new PointObservation(point, trial.State switch
           {
               TrialState.Complete or TrialState.Pruned => Some(trial.Value.IfNone(double.NaN)),
               TrialState.Failed => Some(double.NaN),
               _ => None,
           }),
    ];

    /// <summary>Every training at its last step, once: repeats took none. A trial of another program counts as one training.</summary>
    /// <param name="steps">Steps of a whole training.</param>
    public IEnumerable<(Point Point, Option<long> Seed, double Loss)> Trainings(int steps) =>
        from trial in Trials
        where trial.Repeats.IsNone && trial.State == TrialState.Complete
        from point in trial.Point.AsEnumerable()
        from one in trial.Losses.IsEmpty
            ? trial.Value.AsEnumerable().Select(value => (Seed: Option<long>.None, Loss: value))
            : trial.Losses.Filter(l => l.Step == steps).AsEnumerable().Select(l => (Seed: Some(l.Seed), l.Loss))
        select (point, one.Seed, one.Loss);

    private static StudyTrial Read(TrialRecord trial, SearchSpace space) => new(
        trial.Id,
        trial.Number,
        trial.State,
        space.PointOf(trial.Parameters.Values.ToDictionary(p => p.Name, p => p.Stored)),
        trial.Value,
        toArray(trial.Told.Where(t => t.Key.Key.StartsWith(Loss, StringComparison.Ordinal)).SelectMany(t => Read(trial, t.Key.Key, t.Value))
            .OrderBy(l => l.Seed).ThenBy(l => l.Step)),
        Text(trial, Worker),
        Text(trial, Repeats).Bind(text => parseInt(text)),
        Text(trial, Reason).IfNone(""));

    private static IEnumerable<SeedLoss> Read(TrialRecord trial, string key, string value)
    {
        string[] parts = key[Loss.Length..].Split(':');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double loss))
        {
            double seconds = Text(trial, $"{Seconds}{parts[0]}:{parts[1]}")
                .Map(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double s) ? s : 0).IfNone(0);
            yield return new SeedLoss(seed, step, loss, seconds);
        }
    }

    // Attributes of Floe are numbers or plain words, so that no JSON has to be read here.
    private static Option<string> Text(TrialRecord trial, string key) =>
        trial.Told.TryGetValue((Audience.User, key), out string? json) ? Some(json.Trim('"')) : None;
}
