using Floe.Domain;
using Floe.Domain.Experiments;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Experiments;

/// <summary>What an experiment compares on one data set.</summary>
/// <param name="Plan">Model, data, adapter, trainings and policies.</param>
/// <param name="Numbers">Numbers of layers.</param>
/// <param name="Seeds">Seeds of the trainings.</param>
/// <param name="RandomSets">Random sets of each number.</param>
/// <param name="Rates">Learning rates to choose from for each number, on the plan's <c>probe</c>; one is taken as it is.</param>
/// <param name="View">What is held equal.</param>
internal sealed record ExperimentRequest(
    RunPlan Plan, Arr<int> Numbers, Arr<int> Seeds, int RandomSets, Arr<double> Rates, ExperimentView View)
{
    /// <summary>This request, or what is wrong with it.</summary>
    internal Either<FloeError, ExperimentRequest> Checked() =>
        Rates.Count > 1 && Plan.Probe.Count == 0
            ? new FloeError.Usage(
                "--rates", "a plan with probe, samples that the rate is chosen on", "a plan without", "Give the plan probe, or one rate.")
            : View == ExperimentView.Time && Plan.Training.Options.Steps.IsNone
                ? new FloeError.Usage(
                    "--view time", "a plan with training.steps, which time is counted in", "a plan without",
                        "Give the plan training.steps.")
                : this;
}

/// <summary>The evidence for one number of layers.</summary>
/// <param name="Number">n.</param>
/// <param name="Policies">The policies.</param>
/// <param name="Random">Mean loss of each random set.</param>
/// <param name="All">Mean loss of all layers.</param>
/// <param name="Untrained">Mean loss of the base model.</param>
/// <param name="Rows">Everything that was trained for it, with the policies that chose it.</param>
internal sealed record CellEvidence(
    int Number, Arr<PolicyEvidence> Policies, Arr<double> Random, double All, double Untrained, Arr<TrainedRow> Rows);

/// <summary>A set that was trained by one seed.</summary>
/// <param name="Number">n of the cell.</param>
/// <param name="Policies">The policies that chose it, separated by commas.</param>
/// <param name="Layers">The set, separated by spaces.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Rank">Rank.</param>
/// <param name="Seconds">Time of training and measuring.</param>
/// <param name="PeakBytes">Largest memory of the process meanwhile.</param>
/// <param name="Losses">Mean token loss of each held-out sample.</param>
internal sealed record TrainedRow(
    int Number, string Policies, string Layers, int Seed, double Rate, int Rank, double Seconds, long PeakBytes, Arr<double> Losses);

/// <summary>
/// Policies, seeds and numbers of layers on one data set (<c>floe experiment selection</c>). Three rounds in one folder, each of which goes
/// on where it was stopped: the plan's stages up to its choice of layers; for each number of layers the learning rate, by the validation
/// loss of three random sets; then every set by every seed. A set that several policies choose is trained once.
/// </summary>
internal static class SelectionExperiment
{
    /// <summary>Runs what is not finished and compares.</summary>
    /// <param name="folder">The folder of this data set.</param>
    /// <param name="identity">Who the run is.</param>
    /// <param name="request">What to compare.</param>
    /// <param name="models">The base model.</param>
    /// <param name="listener">Is told what happens.</param>
    /// <param name="stop">Cancelled to stop.</param>
    /// <returns>The evidence for each number of layers; none where it was asked to stop; or the first error.</returns>
    public static Either<FloeError, Option<Arr<CellEvidence>>> Run(
        string folder, RunIdentity identity, ExperimentRequest request, ModelHolder models, RunListener listener, CancellationToken stop) =>
        request.Checked().Bind(sound =>
        {
            return
                from depth in Through(folder, RunStages.Selection(request.Plan))
                    .BindT(_ => LayerTables.Read(Path.Combine(folder, RunFolder.Layers)).Map(file => file.Rows.Count))
                from rates in depth.BindT(layers => Rated(new SetMaker(request, layers)))
                from evidence in rates.BindT(found => Measured(found.Maker, found.Rates))
                select evidence;

            // None where the round was stopped.
            Either<FloeError, Option<RunManifest>> Through(string place, Arr<Stage> stages) =>
                RunExecution.Execute(place, identity, stages, models, listener, stop)
                    .Map(manifest => stop.IsCancellationRequested ? None : Some(manifest));

            Either<FloeError, Option<RunManifest>> Trained(IEnumerable<TrainedCell> cells, MeasuredPart part) =>
                Through(Path.Combine(folder, part.Folder), toArray(cells.Select(cell => CellStage.Of(request.Plan, cell, part))));

            Either<FloeError, Option<(SetMaker Maker, Map<int, double> Rates)>> Rated(SetMaker maker) =>
                from sizes in maker.Checked()
                from tried in maker.Trials.Count == 0
                    ? Right<FloeError, Option<Unit>>(Some(unit))
                    : Trained(maker.Trials.AsEnumerable(), MeasuredPart.Validation).Map(done => done.Map(_ => unit))
                from rates in tried.BindT(_ => maker.BestRates(folder).Map(rates => (maker, rates)))
                select rates;

            Either<FloeError, Option<Arr<CellEvidence>>> Measured(SetMaker maker, Map<int, double> rates) =>
                from numbers in request.Numbers.AsEnumerable().Each(n => maker.Sets(folder, n, rates))
                from done in Trained(
                    numbers.SelectMany(number => number.Sets.SelectMany(set => set.By(request.Seeds))).Distinct(), MeasuredPart.HeldOut)
                from evidence in done.BindT(
                    manifest => numbers.Each(number => CellResults.Of(folder, request, number, manifest)).Map(all => toArray(all)))
                select evidence;
        });

    private static Either<FloeError, Option<R>> BindT<T, R>(this Either<FloeError, Option<T>> before, Func<T, Either<FloeError, R>> next) =>
        before.Bind(found => found.BindT(next));

    private static Either<FloeError, Option<R>> BindT<T, R>(this Option<T> before, Func<T, Either<FloeError, R>> next) =>
        before.Match(Some: value => next(value).Map(Some), None: () => Right<FloeError, Option<R>>(None));

    private static Either<FloeError, Option<R>> BindT<T, R>(this Option<T> before, Func<T, Either<FloeError, Option<R>>> next) =>
        before.Match(Some: next, None: () => Right<FloeError, Option<R>>(None));
}
