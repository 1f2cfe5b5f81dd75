using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Plans;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

/// <summary>Words of plans and the command line.</summary>
public sealed class SelectionWordsTests
{
    [Fact]
    public void EveryFormHasOneWord()
    {
        Whole(SelectionWords.Determinations);
        Whole(SelectionWords.Refinements);
        Whole(SelectionWords.Scopes);
        Whole(SelectionWords.Weights);
        Whole(SelectionWords.TuningModes);
        Assert.Equal([.. SelectionWords.TuningModes.All, "none"], SelectionWords.Tunings.All);
        Assert.Equal(Some(Option<TuningMode>.None), SelectionWords.Tunings.Find("none"));
        Assert.Equal(Some(Some(TuningMode.Printed)), SelectionWords.Tunings.Find("printed"));
    }

    [Fact]
    public void AChoiceIsTheOneThatIsGiven()
    {
        Assert.Equal(new LayerChoice.Top(3), SelectionWords.Choice(3, None, None, false));
        Assert.Equal(new LayerChoice.Share(0.25), SelectionWords.Choice(None, 0.25, None, false));
        Assert.Equal(new LayerChoice.AtLeastHalf(new LayerChoice.Above(0.1)), SelectionWords.Choice(None, None, 0.1, true));
        Assert.Equal(new SelectionOptions().Choice, SelectionWords.Choice(None, None, None, false));
        Assert.Equal(new Budget.Cost(7), SelectionWords.Budget(0.5, 7));
        Assert.Equal(new Budget.Share(0.5), SelectionWords.Budget(0.5, None));
    }

    private static void Whole<T>(Words<T> words)
        where T : struct, Enum
    {
        Assert.Equal(
            Enum.GetValues<T>()
                .ToHashSet(), words.All.Select(word => words.Find(word).IfNone(() => throw new InvalidOperationException(word)))
                .ToHashSet());
        Assert.All(words.All, word => Assert.Equal(Some(word), words.Find(word).Map(value => words[value])));
        Assert.Equal(None, words.Find("best"));
    }
}
