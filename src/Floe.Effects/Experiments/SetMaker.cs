using Floe.Domain;
using Floe.Domain.Experiments;
using Floe.Domain.Layers;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Experiments;

/// <summary>The sets of one number of layers.</summary>
/// <param name="Number">n.</param>
/// <param name="Policies">A policy's name and its set.</param>
/// <param name="Random">Random sets.</param>
/// <param name="All">All layers.</param>
internal sealed record NumberSets(int Number, Arr<(string Policy, LayerSet Set)> Policies, Arr<LayerSet> Random, LayerSet All)
{
    /// <summary>Every set, each once.</summary>
    public IEnumerable<LayerSet> Sets => Policies.AsEnumerable().Select(p => p.Set).Concat(Random.AsEnumerable()).Append(All).Distinct();

    /// <summary>The names under which a set was chosen.</summary>
    /// <param name="set">The set.</param>
    public string Names(LayerSet set) => string.Join(',', Policies.AsEnumerable().Where(p => p.Set == set).Select(p => p.Policy)
        .Concat(Random.AsEnumerable().Contains(set) ? ["random set"] : []).Concat(set == All ? ["all layers"] : []));
}

/// <summary>Makes the sets of an experiment: who is in them, and how they are trained.</summary>
/// <param name="request">What is compared.</param>
/// <param name="depth">L.</param>
internal sealed class SetMaker(ExperimentRequest request, int depth)
{
    private const int SetsForRate = 3;

    /// <summary>Errors: more layers asked for than the model has.</summary>
    public Either<FloeError, Unit> Checked() => Steps.Check(request.Numbers.ForAll(n => n <= depth), () => new FloeError.Usage(
        "--layers", $"at most the model's {depth} layers", string.Join(", ", request.Numbers.AsEnumerable()), "Ask for fewer."));

    /// <summary>The trainings that the learning rates are chosen by: none where there is only one.</summary>
    public Arr<TrainedCell> Trials => request.Rates.Count == 1
        ? Arr<TrainedCell>.Empty
        : toArray((from n in Tuned from rate in request.Rates.AsEnumerable() from cell in Trial(n, rate) select cell).Distinct());

    /// <summary>The learning rate of each number of layers and of all: that with the lowest mean validation loss. Ties: the lower rate.
    /// Errors: a file of losses.</summary>
    /// <param name="folder">The experiment's folder.</param>
    public Either<FloeError, Map<int, double>> BestRates(string folder) => request.Rates.Count == 1
        ? toMap(Tuned.Select(n => (n, request.Rates[0])))
        : Tuned.Each(n =>
            from tried in request.Rates.AsEnumerable().Order().Each(rate =>
                from losses in Trial(n, rate).AsEnumerable().Each(cell => EvaluationFile.Read(cell.File(folder, MeasuredPart.Validation)))
                select (Rate: rate, Loss: losses.Average(found => found.Loss)))
            select (n, tried.MinBy(one => one.Loss).Rate)).Map(toMap);

    /// <summary>The sets of a number of layers. Errors: a policy that cannot choose.</summary>
    /// <param name="folder">The experiment's folder, with the plan's selection.</param>
    /// <param name="n">The number.</param>
    /// <param name="rates">A rate a number.</param>
    public Either<FloeError, NumberSets> Sets(string folder, int n, Map<int, double> rates) =>
        from policies in request.Plan.Policies.AsEnumerable().Each(policy =>
            from chosen in ChooseStage.Chosen(request.Plan, policy, new LayerChoice.Top(n), folder)
            select (policy.Name, Made(chosen.Chosen, n, rates[chosen.Chosen.Count == depth ? depth : n])))
        select new NumberSets(
            n,
            toArray(policies),
            toArray(Enumerable.Range(1, request.RandomSets).Select(draw => Made(Random(draw, n), n, rates[n]))),
            Made(toArray(Enumerable.Range(0, depth)), n, rates[depth]));

    private IEnumerable<int> Tuned => request.Numbers.AsEnumerable().Append(depth).Distinct();

    private Arr<TrainedCell> Trial(int n, double rate) => toArray(Enumerable.Range(1, n == depth ? 1 : SetsForRate)
        .SelectMany(draw => Made(Random(draw, n), n, rate).By(Array(request.Seeds[0]))).Distinct());

    // The sets of the policy random by seeds 1, 2, ...
    private Arr<int> Random(int draw, int n) => toArray(new SplitMix64((ulong)draw).Permutation(depth).Order.Take(n).Order());

    private LayerSet Made(Arr<int> layers, int n, double rate) => new(
        layers,
        rate,
        request.View.Rank(request.Plan.Adapter.Rank, n, layers.Count),
        request.Plan.Training.Options.Steps.Map(steps => request.View.Steps(steps, depth, layers[0])));
}
