using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Effects.Plans;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

/// <summary>Words of plans and the command line, as a program that calls the library may get them wrong.</summary>
public sealed class SelectionWordsTests
{
    private static readonly SelectionSettings Known = new(0.5, None, "kept", "global", "exchange", "none", "equal", None, None, None, false);

    [Fact]
    public void EveryWordIsKnown()
    {
        foreach (SelectionSettings settings in SelectionWords.Determinations.Select(w => Known with { Determination = w })
            .Concat(SelectionWords.Scopes.Select(w => Known with { Scope = w }))
            .Concat(SelectionWords.Refinements.Select(w => Known with { Refinement = w }))
            .Concat(SelectionWords.Weights.Select(w => Known with { Weights = w })))
        {
            TinyDecoder.Right(SelectionWords.Options(settings, "fisher", 0));
        }

        Assert.Equal(Enum.GetValues<TuningMode>().ToHashSet(), SelectionWords.TuningModes.Select(w => TinyDecoder.Right(SelectionWords.Mode(w))).ToHashSet());
        Assert.Equal([.. SelectionWords.TuningModes, "none"], SelectionWords.Tunings);
    }

    [Fact]
    public void AnUnknownWordIsAUsageErrorThatListsTheKnownOnes()
    {
        Refused("determination", "literal", SelectionWords.Options(Known with { Determination = "best" }, "fisher", 0));
        Refused("scope", "layer", SelectionWords.Options(Known with { Scope = "best" }, "fisher", 0));
        Refused("refinement", "exchange", SelectionWords.Options(Known with { Refinement = "best" }, "fisher", 0));
        Refused("weights", "parameters", SelectionWords.Options(Known with { Weights = "best" }, "fisher", 0));
        Refused("tuning", "retained, teacher, printed, ancestor", SelectionWords.Mode("best"));
        Refused("tuning", "retained", SelectionWords.Mode("none").Map(_ => unit));
    }

    private static void Refused<T>(string where, string word, Either<FloeError, T> answer)
    {
        FloeError.Usage error = Assert.IsType<FloeError.Usage>(TinyDecoder.Left(answer));
        Assert.Equal(where, error.Where);
        Assert.Contains(word, error.Expected, StringComparison.Ordinal);
    }
}
