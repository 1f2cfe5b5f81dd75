using System.Diagnostics;
using System.Globalization;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Ranks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Evaluation;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Studies;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>What the trials of a study train.</summary>
/// <param name="Adapter">The adapter; its rank and experts are replaced by those of a point that has them.</param>
/// <param name="Layers">The layers, the most important first where a point says how many.</param>
/// <param name="Training">How; the seed is replaced by a trial's.</param>
/// <param name="Samples">What is trained on.</param>
/// <param name="Validation">What the loss is measured on.</param>
/// <param name="Folder">Where checkpoints are kept.</param>
internal sealed record TrialSetting(
    AdapterSettings Adapter,
    Arr<int> Layers,
    TrainingSettings Training,
    IReadOnlyList<TokenizedSample> Samples,
    IReadOnlyList<TokenizedSample> Validation,
    string Folder)
{
    /// <summary>The dimension of ranks.</summary>
    public const string Rank = "rank";

    /// <summary>The dimension of experts.</summary>
    public const string Experts = "experts";

    /// <summary>The dimension of numbers of layers.</summary>
    public const string Count = "layers";

    /// <summary>The dimension of named plans.</summary>
    public const string Named = "ranks";

    /// <summary>The plans of the dimension <see cref="Named"/>, by name.</summary>
    public Arr<(string Name, AdapterPlan Plan)> Plans { get; init; } = Arr<(string, AdapterPlan)>.Empty;

    /// <summary>The adapter of a point.</summary>
    /// <param name="space">The space.</param>
    /// <param name="point">The point.</param>
    public AdapterPlan Plan(SearchSpace space, Point point)
    {
        int Value(string name, int otherwise) =>
            space.Value(point, name).Map(text => int.Parse(text, CultureInfo.InvariantCulture)).IfNone(otherwise);
        return space.Value(point, Named)
            .Map(name => Plans.AsEnumerable().First(p => p.Name == name).Plan)
            .IfNone(() => (Adapter with { Rank = Value(Rank, Adapter.Rank), Experts = Value(Experts, Adapter.Experts) })
            .On(Layers.AsEnumerable().Take(Value(Count, Layers.Count))));
    }

    /// <summary>Errors: a point that the model cannot hold. A matrix B·A of [out, in] has no more than min(in, out) directions.</summary>
    /// <param name="space">The space.</param>
    /// <param name="shape">The decoder.</param>
    public Either<FloeError, Unit> Fits(SearchSpace space, ModelShape shape)
    {
        AdapterPlan[] plans = [.. space.Points.Select(point => Plan(space, point))];
        long most = Adapter.Modules.AsEnumerable().Min(module => Math.Min(module.Input(shape), module.Output(shape)));
        int largest = plans.SelectMany(plan => plan.Layers.AsEnumerable()).Max(layer => layer.Rank);
        int layers = plans.Max(plan => plan.Layers.Count);
        return
            from ranks in Steps.Check(largest <= most, () => new FloeError.Usage(
                "--ranks", $"ranks up to {most}, the smallest width of the adapted layers", $"{largest}",
                    "Lower the upper end of the range."))
            from counts in Steps.Check(
                space.Points.All(
                    point => space.Value(point, Count).ForAll(text => int.Parse(text, CultureInfo.InvariantCulture) <= Layers.Count)), () =>
                new FloeError.Usage(
                    "--counts", $"numbers of layers up to {Layers.Count}", $"more than {layers}",
                        "Lower the numbers, or give more --layers."))
            from counted in plans.Each(plan => AdapterParameters.Count(plan, shape))
            select unit;
    }
}

/// <summary>Trains the points of a study on one model, which stays open; what lies below the lowest adapted layer is computed once for all
/// of them.</summary>
/// <param name="model">The base model.</param>
/// <param name="space">The space.</param>
/// <param name="setting">What is trained.</param>
/// <param name="keeps">Whether what the frozen layers give is kept.</param>
/// <param name="warn">Takes one line for each checkpoint of another run.</param>
/// <param name="report">Takes progress.</param>
/// <param name="stop">Cancelled to stop after the running step.</param>
internal sealed class RankTrials(
    OpenedModel model, SearchSpace space, TrialSetting setting, bool keeps, Action<string> warn, Action<StageProgress> report,
        CancellationToken stop) : IDisposable
{
    /// <summary>The trial attribute of effective ranks: <c>floe:effective:SEED</c>, a JSON list of [layer, effective rank].</summary>
    public const string Effective = "floe:effective:";

    private readonly Dictionary<int, FrozenPrefix> prefixes = [];

    /// <summary>Tokens that were run through layers below the lowest adapted one, and those that did not have to be; and the bytes that
    /// this took.</summary>
    public (long Computed, long Reused, long Memory, long Disk) Prefix => (
        prefixes.Values.Sum(p => p.Computed), prefixes.Values.Sum(p => p.Reused), prefixes.Values.Sum(p => p.Bytes.Memory),
            prefixes.Values.Sum(p => p.Bytes.Disk));

    /// <summary>Everything that decides a loss, but the point and the seed.</summary>
    public Either<FloeError, Fingerprint> Facts() =>
        AdaptStage.Everything(model, setting.Adapter.On(setting.Layers), setting.Samples, setting.Training).Map(all => new Fingerprint(
            all.Facts.Filter(fact => !Free(fact.Name)) + Fingerprint.Of(
                ("validation", Fingerprint.OfSamples(setting.Validation)), ("layers", string.Join(',', setting.Layers.AsEnumerable())),
                ("experts", space.Dimensions.Exists(d => d.Name == TrialSetting.Experts) ? "searched" : setting.Adapter.Experts),
                ("plans", setting.Plans.Map(p => (p.Name, p.Plan)))).Facts));

    /// <summary>Trains one point with one seed until a step, and measures its loss.</summary>
    public Either<FloeError, TrialOutcome> Train(Point point, long seed, int until)
    {
        long start = Stopwatch.GetTimestamp();
        AdapterPlan plan = setting.Plan(space, point);
        TrainingSettings settings = setting.Training with { Options = setting.Training.Options with { Seed = seed } };
        TrainingTask task = TrainingTask.Of(settings.Options, setting.Samples) with { MicroBatchTokens = settings.MicroBatchTokens };
        FrozenPrefix? prefix = PrefixOf(plan);
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{string.Join('-', space.Values(point).Select(v => $"{v.Name}{v.Text}"))}-seed{seed}");
        return
            from run in AdaptStage.Everything(model, plan, setting.Samples, settings)
            let files = new TrainingFiles(Path.Combine(setting.Folder, name, "run.jsonl"), run, warn, settings.CheckpointEvery)
            from trained in Until(plan, task, files, until, $"{space.Text(point)}, seed {seed}", prefix)
            from outcome in Measured(trained, until, task.Steps, seed, start, prefix, files)
            select outcome;
    }

    /// <summary>Frees what was kept.</summary>
    public void Dispose()
    {
        foreach (FrozenPrefix prefix in prefixes.Values)
        {
            prefix.Dispose();
        }
    }

    // A rank or a number of experts of the plan, its layers and its seed are what a trial replaces.
    private static bool Free(string fact) => fact.StartsWith("plan.Layers", StringComparison.OrdinalIgnoreCase)
        || fact.Equals("training.Seed", StringComparison.OrdinalIgnoreCase);

    private FrozenPrefix? PrefixOf(AdapterPlan plan)
    {
        int lowest = plan.Layers.AsEnumerable().Min(layer => layer.Layer);
        if (lowest == 0)
        {
            return null;
        }

        if (!prefixes.TryGetValue(lowest, out FrozenPrefix? prefix))
        {
            prefixes.Add(lowest, prefix = new FrozenPrefix(model.Decoder, lowest, keeps: keeps));
        }

        return prefix;
    }

    private Either<FloeError, (AdapterSet Adapter, int Steps)> Until(
        AdapterPlan plan, TrainingTask task, TrainingFiles files, int until, string name, FrozenPrefix? prefix)
    {
        using CancellationTokenSource reached = CancellationTokenSource.CreateLinkedTokenSource(stop);
        return AdapterRun.Train(model.Decoder, plan, task, files, Report, reached.Token, prefix);

        void Report(StageProgress progress)
        {
            report(progress with { Task = name });
            if (progress.Done >= until)
            {
                reached.Cancel();
            }
        }
    }

    private Either<FloeError, TrialOutcome> Measured(
        (AdapterSet Adapter, int Steps) trained, int until, int steps, long seed, long start, FrozenPrefix? prefix, TrainingFiles files)
    {
        using AdapterSet adapter = trained.Adapter;
        return trained.Steps < until
            ? new TrialOutcome(None, Stopwatch.GetElapsedTime(start).TotalSeconds)
            : from loss in HeldOut.Measure(model.Decoder, adapter, setting.Validation, setting.Training.MicroBatchTokens, prefix: prefix)
              from used in until < steps
                  ? Right<FloeError, Arr<(int Layer, double Rank)>>(Arr<(int, double)>.Empty)
                  : EffectiveRanks.Of(adapter)
              select new TrialOutcome(loss.Loss, Stopwatch.GetElapsedTime(start).TotalSeconds)
              {
                  Told = used.IsEmpty ? [] : [(Effective + seed.ToString(CultureInfo.InvariantCulture), Written(used))],
                  Recorded = until < steps ? () => unit : files.Done,
              };
    }

    private static string Written(Arr<(int Layer, double Rank)> used) =>
        $"[{string.Join(',', used.AsEnumerable().Select(u => string.Create(CultureInfo.InvariantCulture, $"[{u.Layer},{u.Rank:F4}]")))}]";
}
