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
    private readonly Setting<string> kind = Inputs.Choice("--kind", "Adapter", "hydra", "hydra", "lora");
    private readonly Setting<int> rank = Inputs.Whole("--rank", "r.", Presets.Floe.Rank, 1, 1024);
    private readonly Setting<double> alpha = Inputs.Real("--alpha", "α; outputs are scaled by α/r.", Presets.Floe.Alpha, 0, 1e6);
    private readonly Setting<double> dropout = Inputs.Real("--dropout", "Dropout on the input of A.", Presets.Floe.Dropout, 0, 0.99);
    private readonly Setting<int?> experts = Inputs.OptionalWhole("--experts", "B matrices that share one A; 4 for hydra, 1 for lora.", 1, 64);
    private readonly Setting<string> modules = new("--modules")
    {
        Description = "Adapted linear layers, separated by commas.",
        HelpName = "LIST",
        DefaultValueFactory = _ => string.Join(',', Presets.Floe.Modules.Map(module => module.Name())),
    };

    private readonly Setting<int?> steps = Inputs.OptionalWhole("--steps", "Optimizer steps; one epoch without it.", 1);
    private readonly Setting<double> epochs = Inputs.Real("--epochs", "Passes over the data, where --steps is not given.", 1, 1e-6, 1e6);
    private readonly Setting<int> batch = Inputs.Whole("--batch", "Samples a step.", Presets.Floe.Training.Batch, 1);
    private readonly Setting<double> rate = Inputs.Real("--learning-rate", "Largest learning rate.", Presets.Floe.Training.LearningRate, 1e-12, 10);
    private readonly Setting<int?> length = Common.Length();
    private readonly Setting<int> micro = Inputs.Whole("--micro-batch-tokens", "Positions that one pass may hold; bounds memory; the result changes by rounding only.", 1024, 1);

    /// <summary>The options that describe the adapter.</summary>
    public Option[] Adapter => [kind, rank, alpha, dropout, experts, modules];

    /// <summary>Those of them that hold for all layers, where each layer has a rank and experts of its own.</summary>
    public Symbol[] OfEveryLayer => [kind, alpha, dropout, modules];

    /// <summary>The options that describe its training.</summary>
    public Symbol[] Training => [steps, epochs, batch, rate, length, micro];

    /// <summary>Errors: a number of steps and a number of epochs.</summary>
    public Either<FloeError, Unit> Readable(Invocation call) => Unread.Beside(call, steps, epochs);

    /// <summary>Most tokens of a sample.</summary>
    public LanguageExt.Option<int> Length(Invocation call) => Optional(call.Get(length));

    /// <summary>The adapter on some layers.</summary>
    public Either<FloeError, AdapterPlan> On(Invocation call, IEnumerable<int> layers) => Projections.Parse("modules", call.Get(modules).Split(',')).Map(
        projections => new AdapterSettings(
            call.Get(kind),
            call.Get(rank),
            call.Get(alpha),
            call.Get(dropout),
            call.Get(experts) ?? (call.Get(kind) == "lora" ? 1 : Presets.Floe.Experts),
            projections).On(layers));

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
