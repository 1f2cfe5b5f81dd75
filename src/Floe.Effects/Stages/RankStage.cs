using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Training;
using Floe.Effects.Models;
using Floe.Effects.Plans;
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
    bool Keeps);

/// <summary>A study after a worker has left it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Rules">How it goes on.</param>
/// <param name="Prefix">Tokens run through the frozen layers and tokens that did not have to be; bytes kept in memory and on the disk.</param>
internal sealed record RankOutcome(RankStudy Study, StudyRules Rules, (long Computed, long Reused, long Memory, long Disk) Prefix);

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
        OpenedModel model, RunPlan plan, RankRequest request, Action<string> warn, Action<StudyAction, int> tell, Action<StageProgress> report, CancellationToken stop) =>
        from samples in PlanData.Tokens(plan, request.OnSample ? plan.Sample : plan.Train, model.Decoder.Config, model.Tokenizer, warn)
        from validation in PlanData.Tokens(plan, plan.HeldOut, model.Decoder.Config, model.Tokenizer, warn)
        let training = request.OnSample ? plan.SampleTraining : plan.Training
        let setting = new TrialSetting(plan.Adapter, request.Layers, training, [.. samples], [.. validation], Path.Combine(request.Folder, "trials"))
        from fits in setting.Fits(request.Space, model.Decoder.Shape)
        from rules in Rules(request, training.Options.StepsOver(samples.Count), plan.Seed)
        from store in StudyStores.Open(request.Store)
        from outcome in Work(model, plan, request, setting, rules, store, warn, tell, report, stop)
        select outcome;

    private static Either<FloeError, StudyRules> Rules(RankRequest request, int steps, int seed)
    {
        int points = Math.Min(request.Proposals, request.Space.Points.Count);
        Arr<int> rungs = request.Halving.Match(
            Some: eta => SuccessiveHalving.Rungs(steps, eta, points), None: () => toArray(request.Measured.AsEnumerable().Append(steps).Distinct().Order()));
        return rungs[^1] == steps
            ? new StudyRules(request.Space, request.Sampler, request.Proposals, request.Seeds, rungs, request.Halving, (uint)seed)
            : new FloeError.Usage("--measure", $"steps up to {steps}, the length of a training", $"{rungs[^1]}", "Lower the steps.");
    }

    private static Either<FloeError, RankOutcome> Work(
        OpenedModel model,
        RunPlan plan,
        RankRequest request,
        TrialSetting setting,
        StudyRules rules,
        IStudyStore store,
        Action<string> warn,
        Action<StudyAction, int> tell,
        Action<StageProgress> report,
        CancellationToken stop)
    {
        using IStudyStore opened = store;
        using RankTrials trials = new(model, request.Space, setting, request.Keeps, warn, report, stop);
        return
            from facts in trials.Facts()
            let identity = new StudyIdentity(request.Name.IfNone(plan.Name), request.Name.IsSome, facts, request.Space)
            from study in new StudyWorker(opened, identity, rules, trials.Train, tell).Run(stop)
            select new RankOutcome(study, rules, trials.Prefix);
    }
}
