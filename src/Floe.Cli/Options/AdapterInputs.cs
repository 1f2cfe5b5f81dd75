using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The options that say what an adapter is and how it is trained. Defaults are those of Table 6 of the paper.</summary>
internal sealed class AdapterInputs
{
    private static readonly AdapterSettings Usual = Presets.Floe.Adapter;

    private readonly Setting<string> kind = Inputs.Choice("--kind", "Adapter", Usual.Kind.Name, [.. AdapterKind.Names]);
    private readonly Setting<int> rank = Inputs.Whole("--rank", "r.", Usual.Rank, 1, 1024);
    private readonly Setting<double> alpha = Inputs.Real("--alpha", "α; outputs are scaled by α/r.", Usual.Alpha, 0, 1e6);
    private readonly Setting<double> dropout = Inputs.Real("--dropout", "Dropout on the input of A.", Usual.Dropout, 0, 0.99);
    private readonly Setting<int?> experts = Inputs.OptionalWhole(
        "--experts", $"Experts of a routed adapter; {Spell(kind => kind.HasExperts, kind => $"{kind.UsualExperts}")}.", 1, 64);

    private readonly Setting<string?> modules = Inputs.Text(
        "--modules", "LIST", $"Adapted linear layers, separated by commas; "
            + $"{Spell(_ => true, kind => string.Join(',', kind.UsualModules.Map(module => module.Name())))}.");

    private readonly (KindNumber Number, Setting<int?> Value)[] numbers =
    [
        .. AdapterKind.All.AsEnumerable().SelectMany(kind => kind.Numbers).Where(number => number.Asked).DistinctBy(number => number.Name)
            .Select(number => (number, Inputs.OptionalWhole(number.Option, number.Words, (int)number.Least, (int)number.Most))),
    ];

    private readonly Setting<int?> steps = Inputs.OptionalWhole("--steps", "Optimizer steps; one epoch without it.", 1);
    private readonly Setting<double> epochs = Inputs.Real("--epochs", "Passes over the data, where --steps is not given.", 1, 1e-6, 1e6);
    private readonly Setting<int> batch = Inputs.Whole("--batch", "Samples a step.", Presets.Floe.Training.Batch, 1);
    private readonly Setting<double> rate = Inputs.Real(
        "--learning-rate", "Largest learning rate.", Presets.Floe.Training.LearningRate, 1e-12, 10);
    private readonly Setting<int?> length = Common.Length();
    private readonly Setting<int> micro = Inputs.Whole(
        "--micro-batch-tokens", "Positions that one pass may hold; bounds memory; the result changes by rounding only.", 1024, 1);

    /// <summary>The options that describe the adapter.</summary>
    public Option[] Adapter => [kind, rank, alpha, dropout, experts, modules, .. numbers.Select(number => number.Value)];

    /// <summary>Those of them that hold for all layers, where each layer has a rank and experts of its own.</summary>
    public Symbol[] OfEveryLayer => [kind, alpha, dropout, modules, .. numbers.Select(number => number.Value)];

    /// <summary>The options that describe its training.</summary>
    public Symbol[] Training => [.. Schedule, length, micro];

    /// <summary>Those of them that say how long and how fast.</summary>
    public Option[] Schedule => [steps, epochs, batch, rate];

    /// <summary>Errors: a number of steps and a number of epochs.</summary>
    public Either<FloeError, Unit> Readable(Invocation call) => Unread.Beside(call, steps, epochs);

    /// <summary>Most tokens of a sample.</summary>
    public LanguageExt.Option<int> Length(Invocation call) => Optional(call.Get(length));

    /// <summary>The adapter on some layers. Errors: an option that its kind does not have, a linear layer that is none.</summary>
    public Either<FloeError, AdapterPlan> On(Invocation call, IEnumerable<int> layers) =>
        from chosen in AdapterKind.Named(call.Get(kind))
            .ToEither<FloeError>(
                () => new FloeError.Usage("--kind", string.Join(", ", AdapterKind.Names), call.Get(kind), "Take one of them."))
        from ranked in Unread.Where(call, !chosen.HasRank, "an adapter with a rank", $"--kind {chosen.Name}", rank, alpha, dropout)
        from routed in Unread.Where(
            call, !chosen.HasExperts && call.Get(experts) is > 1, "an adapter with experts", $"--kind {chosen.Name}", experts)
        from own in numbers.Aggregate(
            Right<FloeError, AdapterKind>(chosen), (state, number) => state.Bind(before => Number(call, before, number)))
        from projections in call.Get(modules) is { } list
            ? Projections.Parse("modules", list.Split(','))
            : Right<FloeError, Arr<Projection>>(chosen.UsualModules)
        select new AdapterSettings(
            own, call.Get(rank), call.Get(alpha), call.Get(dropout), call.Get(experts) ?? chosen.UsualExperts, projections).On(layers);

    private static Either<FloeError, AdapterKind> Number(
        Invocation call, AdapterKind kind, (KindNumber Known, Setting<int?> Value) number) =>
        Optional(kind.Numbers.FirstOrDefault(own => own.Name == number.Known.Name)).Match(
            Some: own => call.Get(number.Value) is { } value ? own.With(kind, value) : kind,
            None: () => Unread.Where(
                call, true, $"a kind of adapter that has it ({Having(number.Known.Name)})", $"--kind {kind.Name}", number.Value)
                .Map(_ => kind));

    private static string Having(string number) =>
        string.Join(", ", AdapterKind.All.Filter(kind => kind.Numbers.Any(own => own.Name == number)).Map(kind => kind.Name));

    // What kinds have unless told otherwise: those of the same words together, such as "4 for hydra, 8 for loramoe".
    private static string Spell(Func<AdapterKind, bool> which, Func<AdapterKind, string> words) =>
        string.Join(", ", AdapterKind.All.AsEnumerable().Where(which)
        .GroupBy(words).Select(same => $"{same.Key} for {string.Join(" and ", same.Select(kind => kind.Name))}"));

    /// <summary>How it is trained.</summary>
    /// <param name="call">The call.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="config">The model, whose context bounds the length where none was given.</param>
    public TrainingSettings Settings(Invocation call, int seed, DecoderConfig config) => new(
        Presets.Floe.Training with
        {
            Steps = Optional(call.Get(steps)),
            Epochs = call.Get(epochs),
            Batch = call.Get(batch),
            LearningRate = call.Get(rate),
            MaxLength = call.Get(length) ?? ModelSamples.DefaultLength(config),
            Seed = seed,
        },
        call.Get(micro),
        CheckpointEvery: 20);
}
