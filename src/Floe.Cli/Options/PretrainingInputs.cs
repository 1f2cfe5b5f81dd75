using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain.Training;
using Floe.Pretraining.Training;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The sizes of a decoder and how it is pretrained. The defaults are those of the embedded model.</summary>
internal sealed class PretrainingInputs
{
    private readonly Setting<int> layers = Inputs.Whole("--layers", "Decoder layers.", 12, 1, 1000);
    private readonly Setting<int> hidden = Inputs.Whole("--hidden", "Width of the residual stream.", 128, 1, 1 << 16);
    private readonly Setting<int> heads = Inputs.Whole("--heads", "Query heads.", 4, 1, 1000);
    private readonly Setting<int> kvHeads = Inputs.Whole("--kv-heads", "Key and value heads; divides the query heads.", 2, 1, 1000);
    private readonly Setting<int> headDim = Inputs.Whole("--head-dim", "Width of a head.", 32, 2, 1 << 12);
    private readonly Setting<int> neurons = Inputs.Whole("--neurons", "Width of the feed-forward part.", 384, 1, 1 << 18);
    private readonly Setting<int> context = Inputs.Whole("--context", "Tokens of a block and of the longest text.", 128, 2, 1 << 20);
    private readonly Setting<int> steps = Inputs.Whole("--steps", "Optimizer steps.", 10_000, 1);
    private readonly Setting<int> batch = Inputs.Whole("--batch", "Blocks of a step.", 8, 1, 1 << 16);
    private readonly Setting<double> rate = Inputs.Real(
        "--rate", "Learning rate after the warm-up; falls to 0 as a cosine.", 3e-3, 1e-9, 10);
    private readonly Setting<double> warmUp = Inputs.Real("--warm-up", "Share of the steps over which the rate rises.", 0.03, 0, 1);
    private readonly Setting<double> decay = Inputs.Real("--weight-decay", "Decoupled weight decay.", 0.01, 0, 10);
    private readonly Setting<int> seed = Common.Seed();

    /// <summary>All of them.</summary>
    public Symbol[] All => [layers, hidden, heads, kvHeads, headDim, neurons, context, steps, batch, rate, warmUp, decay, seed];

    /// <summary>The sizes of a call.</summary>
    public PretrainingShape Shape(Invocation call) => new(
        call.Get(layers), call.Get(hidden), call.Get(heads), call.Get(kvHeads), call.Get(headDim), call.Get(neurons), call.Get(context));

    /// <summary>The training of a call.</summary>
    public TrainingOptions Training(Invocation call) => new(
        Steps: Some(call.Get(steps)),
        Batch: call.Get(batch),
        LearningRate: call.Get(rate),
        WarmUpShare: call.Get(warmUp),
        WeightDecay: call.Get(decay),
        MaxLength: call.Get(context),
        Seed: call.Get(seed));
}
