using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>The law that there is always an answer.</summary>
internal static class TotalLaws
{
    /// <summary>Masks for the table itself and for its degenerate relatives, at ρ, 0 and 1.</summary>
    public static SelectionLaw AnswersAlways { get; } = new(
        LawNames.AnswersAlways,
        "Every score table has an answer, also without any Fisher, with equal scores, with one cost above 0 in each component, very large "
            + "or very small.",
        (subject, c) => Relatives(c)
            .SelectMany(relative => new[] { relative, relative.At(0), relative.At(1) })
            .Select(question =>
                subject.Ask(question).Match(Right: _ => (Verdict)new Verdict.Held(), Left: error => new Verdict.Broken(error.Message)))
            .FirstOrDefault(v => v is Verdict.Broken) ?? new Verdict.Held());

    // The case itself comes first, so that a counter-example that is shown is the table that fails wherever it can be.
    private static IEnumerable<LawCase> Relatives(LawCase c)
    {
        int units = c.Table.Shape.Units;
        double[] zero = new double[units];
        double[] one = [.. Enumerable.Repeat(1.0, units)];
        double[] lone = [.. Enumerable.Range(0, units).Select(u => u == 0 || u == c.Table.Shape.Heads ? 1.0 : 0.0)];
        Either<FloeError, LawCase>[] relatives =
        [
            c,
            LawCase.Create(c.Table.Shape, zero, c.Table.Taylor, c.Rho),
            LawCase.Create(c.Table.Shape, one, one, c.Rho),
            LawCase.Create(c.Table.Shape, c.Table.Fisher, lone, c.Rho),
            c.Scaled(Math.ScaleB(1, 900), Math.ScaleB(1, 900)),
            c.Scaled(Math.ScaleB(1, -1000), Math.ScaleB(1, -1000)),
        ];
        return relatives.SelectMany(r => r.ToSeq());
    }
}
