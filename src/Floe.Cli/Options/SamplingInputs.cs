using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>How tokens are chosen and where an answer ends, for every command that writes text.</summary>
internal sealed class SamplingInputs
{
    private readonly Setting<int> tokens;
    private readonly Setting<double> temperature = Inputs.Real("--temperature", "0 takes the likeliest token, above 0 draws.", 0, 0, 100);
    private readonly Setting<int> topK = Inputs.Whole("--top-k", "Draw from so many of the likeliest tokens; 0 from all.", 0, 0);
    private readonly Setting<double> topP = Inputs.Real(
        "--top-p", "Draw from the likeliest tokens that hold this share of the probability.", 1, 1e-6, 1);
    private readonly Setting<double> minP = Inputs.Real(
        "--min-p", "Draw from tokens at least this share as likely as the likeliest.", 0, 0, 1);
    private readonly Setting<double> penalty = Inputs.Real(
        "--repetition-penalty", "Divides the logits of tokens that were read or written; 1 leaves them.", 1, 0.01, 100);
    private readonly Setting<string[]> stops = new("--stop") { Description = "Text that ends an answer; may be given several times.",
        HelpName = "TEXT", DefaultValueFactory = _ =>
        [] };
    private readonly Setting<int> seed = Common.Seed();

    /// <summary>Options with a default limit.</summary>
    /// <param name="most">Most new tokens where none are asked for.</param>
    public SamplingInputs(int most) => tokens = Inputs.Whole("--tokens", "Most new tokens.", most, 1);

    /// <summary>All of them.</summary>
    public Symbol[] All => [tokens, temperature, topK, topP, minP, penalty, stops, seed];

    /// <summary>The texts that end an answer. Errors: an empty one.</summary>
    public Either<FloeError, Arr<string>> Stops(Invocation call) => call.Get(stops).All(stop => stop.Length > 0)
        ? toArray(call.Get(stops))
        : new FloeError.Usage("--stop", "a text", "an empty one", "Give the text that ends an answer, or leave the option out.");

    /// <summary>How tokens are chosen. Errors: an option of drawing where nothing is drawn.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ends">Ids that end an answer.</param>
    public Either<FloeError, GenerationOptions> Read(Invocation call, IReadOnlySet<int> ends) =>
        Unread.Where(call, call.Get(temperature) == 0, "--temperature above 0 beside", "0, which draws nothing", topK, topP, minP).Map(_ =>
            new GenerationOptions(call.Get(tokens), ends, call.Get(temperature), call.Get(topP), (ulong)call.Get(seed))
            {
                TopK = call.Get(topK),
                MinP = call.Get(minP),
                RepetitionPenalty = call.Get(penalty),
            });
}
