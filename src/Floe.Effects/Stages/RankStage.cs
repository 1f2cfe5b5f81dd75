using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Adapters;
using Floe.Domain.Reports.Studies;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Studies;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>A rank search as it is asked for.</summary>
/// <param name="Space">What is searched.</param>
/// <param name="Sampler">How the next point is chosen.</param>
/// <param name="Proposals">Most proposals.</param>
/// <param name="Seeds">Seeds of every point.</param>
/// <param name="Halving">η, where poor points are stopped early.</param>
/// <param name="Measured">Steps after which the loss is measured besides, where poor points are not stopped.</param>
/// <param name="Layers">The layers, the most important first where a point says how many.</param>
/// <param name="OnSample">Whether the plan's sample is trained on as the sample is, or its training data as a policy's layers are.</param>
/// <param name="Store">The store.</param>
/// <param name="Name">The study's name; that of the plan without it.</param>
/// <param name="Folder">Where checkpoints and the page are kept.</param>
/// <param name="Keeps">Whether what frozen layers give is kept.</param>
internal sealed record RankRequest(
    SearchSpace Space,
    RankSampler Sampler,
    int Proposals,
    Arr<long> Seeds,
    Option<int> Halving,
    Arr<int> Measured,
    Arr<int> Layers,
    bool OnSample,
    string Store,
    Option<string> Name,
    string Folder,
    bool Keeps)
{
    /// <summary>Whether ranks that differ by layer are compared with the best uniform one.</summary>
    public bool PerLayer { get; init; }

    /// <summary>s_k of every layer, where it is known.</summary>
    public Option<Arr<double>> Importance { get; init; } = None;
}

/// <summary>Ranks of every layer beside the best uniform one, at equal parameters.</summary>
/// <param name="Name"><c>uniform</c> or a candidate's name.</param>
/// <param name="Plan">Which rank each layer has.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="Summary">Its trainings as one observation.</param>
/// <param name="WithinNoise">Whether it cannot be told from the best of them.</param>
internal sealed record CandidateOutcome(string Name, AdapterPlan Plan, long Parameters, RankSummary Summary, bool WithinNoise);

/// <summary>A study after a worker has left it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Rules">How it goes on.</param>
/// <param name="Prefix">Tokens run through the frozen layers and tokens that did not have to be; bytes kept in memory and on the
/// disk.</param>
internal sealed record RankOutcome(RankStudy Study, StudyRules Rules, (long Computed, long Reused, long Memory, long Disk) Prefix)
{
    /// <summary>The best uniform rank and the candidates; empty where they were not asked for.</summary>
    public Arr<CandidateOutcome> Candidates { get; init; } = Arr<CandidateOutcome>.Empty;
}

/// <summary>Whom a worker tells what it does, and who stops it.</summary>
/// <param name="Warn">Takes what a person should know.</param>
/// <param name="Tell">Is told each action and the number of its trial.</param>
/// <param name="Report">Takes progress.</param>
/// <param name="Stop">Cancelled to end after the running step.</param>
internal sealed record StudyWatch(
    Action<string> Warn, Action<StudyAction, int> Tell, Action<StageProgress> Report, CancellationToken Stop);

/// <summary>Searches the rank for a plan's data: what <c>floe ranks</c> does.</summary>
internal static class RankStage
{
    /// <summary>Works on the study until nothing is left or until asked to stop.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="warn">Takes what a person should know.</param>
    /// <param name="tell">Is told each action and the number of its trial.</param>
    /// <param name="report">Takes progress.</param>
    /// <param name="stop">Cancelled to end after the running step.</param>
    public static Either<FloeError, RankOutcome> Run(
        OpenedModel model, RunPlan plan, RankRequest request, Action<string> warn, Action<StudyAction, int> tell,
        Action<StageProgress> report, CancellationToken stop) =>
        Run(model, plan, request, new StudyWatch(warn, tell, report, stop));

    private static Either<FloeError, RankOutcome> Run(OpenedModel model, RunPlan plan, RankRequest request, StudyWatch watch) =>
        from samples in PlanData.Tokens(
            plan, request.OnSample ? plan.Sample : plan.Train, model.Decoder.Config, model.Tokenizer, watch.Warn)
        from validation in PlanData.Tokens(plan, plan.HeldOut, model.Decoder.Config, model.Tokenizer, watch.Warn)
        let training = request.OnSample ? plan.SampleTraining : plan.Training
        let setting = new TrialSetting(
            plan.Adapter, request.Layers, training, [.. samples], [.. validation], Path.Combine(request.Folder, "trials"))
        from fits in setting.Fits(request.Space, model.Decoder.Shape)
        from rules in Rules(request, training.Options.StepsOver(samples.Count), plan.Seed)
        from outcome in Joined(model, plan, request, setting, rules, watch)
        select outcome;

    private static Either<FloeError, StudyRules> Rules(RankRequest request, int steps, int seed)
    {
        int points = Math.Min(request.Proposals, request.Space.Points.Count);
        Arr<int> rungs = request.Halving.Match(
            Some: eta =>
                SuccessiveHalving.Rungs(steps, eta, points), None: () =>
                    toArray(request.Measured.AsEnumerable().Append(steps).Distinct().Order()));
        return rungs[^1] == steps
            ? new StudyRules(request.Space, request.Sampler, request.Proposals, request.Seeds, rungs, request.Halving, (uint)seed)
            : new FloeError.Usage("--measure", $"steps up to {steps}, the length of a training", $"{rungs[^1]}", "Lower the steps.");
    }

    // The workers of one study share its folder; another study has one of its own.
    private static Either<FloeError, RankOutcome> Joined(
        OpenedModel model, RunPlan plan, RankRequest request, TrialSetting setting, StudyRules rules, StudyWatch watch)
    {
        using RankTrials trials = new(model, request.Space, setting, request.Keeps, watch.Warn, watch.Report, watch.Stop);
        return
            from facts in trials.Facts()
            let identity = new StudyIdentity(request.Name.IfNone(plan.Name), request.Name.IsSome, facts, request.Space)
            let work = Fingerprint.OfValue((StudyStores.Place(request.Store), identity.Name, facts.Sha256))
            from held in FolderLock.Join(request.Folder, $"floe ranks of the study {identity.Name}", work)
            from outcome in Work(model, request, setting, rules, trials, identity, held, watch)
            select outcome;
    }

    private static Either<FloeError, RankOutcome> Work(
        OpenedModel model, RankRequest request, TrialSetting setting, StudyRules rules, RankTrials trials, StudyIdentity identity,
        IDisposable held, StudyWatch watch)
    {
        using IDisposable _ = held;
        return StudyStores.Open(request.Store).Bind(store => Work(model, request, setting, rules, trials, identity, store, watch));
    }

    private static Either<FloeError, RankOutcome> Work(
        OpenedModel model, RankRequest request, TrialSetting setting, StudyRules rules, RankTrials trials, StudyIdentity identity,
        IStudyStore store, StudyWatch watch)
    {
        using IStudyStore opened = store;
        return
            from study in new StudyWorker(opened, identity, rules, trials.Train, watch.Tell).Run(watch.Stop)
            from page in AtomicFile.WriteText(Path.Combine(request.Folder, "study.html"), StudyPage.Render(StudyReport.Of(study, rules)))
            let ended = !watch.Stop.IsCancellationRequested
            from saved in ended ? Save(model, request, setting, study, rules) : unit
            from compared in ended && request.PerLayer
                ? Compare(model, request, setting, identity, rules, opened, study, watch)
                : Right<FloeError, Arr<CandidateOutcome>>(Arr<CandidateOutcome>.Empty)
            select new RankOutcome(study, rules, trials.Prefix) { Candidates = compared };
    }

    // The answer as a plan, for floe adapt --plan.
    private static Either<FloeError, Unit> Save(
        OpenedModel model, RankRequest request, TrialSetting setting, RankStudy study, StudyRules rules) =>
        from verdict in StudyVerdict.Of(request.Space, study, rules.Steps)
        from identity in model.Identity
        from written in AdapterPlanFile.Write(
            Path.Combine(request.Folder, "plan.json"), setting.Plan(request.Space, verdict.Answer.Point), identity)
        select written;

    // A study of its own, of plans in place of ranks; the uniform one is trained already.
    private static Either<FloeError, Arr<CandidateOutcome>> Compare(
        OpenedModel model,
        RankRequest request,
        TrialSetting setting,
        StudyIdentity identity,
        StudyRules rules,
        IStudyStore store,
        RankStudy study,
        StudyWatch watch) =>
        from verdict in StudyVerdict.Of(request.Space, study, rules.Steps)
        let uniform = setting.Plan(request.Space, verdict.Answer.Point)
        from log in store.Read()
        from plans in LayerCandidates.Of(uniform, model.Decoder.Shape, study, [.. log.Of(study.Study.Id)], request.Importance)
        from space in SearchSpace.Create(new Dimension.Choice(TrialSetting.Named, plans.Map(p => p.Name)))
        let candidates = setting with { Plans = plans }
        from trained in Trained(
            model, request, candidates, identity,
            rules with { Space = space, Sampler = new RankSampler.Grid(), Proposals = plans.Count, Halving = None }, store, watch)
        from outcomes in Outcomes(
            ("uniform", uniform).Cons(plans.AsEnumerable()), study, verdict, trained, space, rules.Steps, model.Decoder.Shape)
        from written in plans.AsEnumerable()
            .Each(p =>
                model.Identity.Bind(known => AdapterPlanFile.Write(Path.Combine(request.Folder, $"plan-{p.Name}.json"), p.Plan, known)))
        select outcomes;

    private static Either<FloeError, RankStudy> Trained(
        OpenedModel model, RankRequest request, TrialSetting setting, StudyIdentity identity, StudyRules rules, IStudyStore store,
        StudyWatch watch)
    {
        using RankTrials trials = new(model, rules.Space, setting, request.Keeps, watch.Warn, watch.Report, watch.Stop);
        return trials.Facts().Bind(facts => new StudyWorker(
            store, new StudyIdentity($"{identity.Name}-layers", Named: true, facts, rules.Space), rules, trials.Train, watch.Tell)
            .Run(watch.Stop));
    }

    private static Either<FloeError, Arr<CandidateOutcome>> Outcomes(
        IEnumerable<(string Name, AdapterPlan Plan)> plans, RankStudy uniform, StudyVerdict answer, RankStudy candidates,
        SearchSpace space, int steps, ModelShape shape) =>
        from verdict in RankVerdict.Paired(
        [
            .. uniform.Trainings(steps).Where(t => t.Point.Equals(answer.Answer.Point)).Select(t => (0, t.Seed, t.Loss)),
            .. candidates.Trainings(steps).Select(t => (1 + t.Point[0], t.Seed, t.Loss)),
        ])
        from outcomes in plans.Select((plan, place) => (plan, place))
            .SelectMany(p => verdict.Summaries.AsEnumerable().Where(s => s.Rank == p.place).Select(s => (p.plan, Summary: s)))
            .Each(p => AdapterParameters.Count(p.plan.Plan, shape).Map(count => new CandidateOutcome(
                p.plan.Name, p.plan.Plan, count, p.Summary, verdict.WithinNoise.AsEnumerable().Any(place => place == p.Summary.Rank))))
        select toArray(outcomes);
}
