using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Laws;

/// <summary>The laws of selection policies, to be run on Floe's own and on a user's: a policy in, a report out.</summary>
public static class LawSuite
{
    private static readonly SelectionLaw[] All =
    [
        BudgetLaws.Kept, BudgetLaws.WholeBudget, BudgetLaws.Monotone, BudgetLaws.NeverWorse, BudgetLaws.NothingToRefine,
        SymmetryLaws.Layers, SymmetryLaws.Units, SymmetryLaws.FisherScale, SymmetryLaws.TaylorScale, SymmetryLaws.ShareOrCost,
        SymmetryLaws.TieOrder, SymmetryLaws.SameAnswer, TotalLaws.AnswersAlways,
    ];

    /// <summary>The names of all laws, in the order of a report.</summary>
    public static Arr<string> Names { get; } = toArray(All.Select(l => l.Name));

    /// <summary>Tries every law on drawn cases and makes the first counter-example of each as small as possible. Errors: fewer than one
    /// case; a name that no law has.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">How many cases, which seed, which laws.</param>
    public static Either<FloeError, LawReport> Check(MaskPolicy policy, LawOptions options) =>
        options.Cases < 1
            ? Left<FloeError, LawReport>(new FloeError.Usage("cases", "at least 1", $"{options.Cases}", "200 is the default."))
            : Run(policy, options, law => Cases(options, law));

    /// <summary>Tries the laws on one case as it stands, without making it smaller. Errors: a name that no law has.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">Which laws; cases and seed do not matter.</param>
    /// <param name="question">The case.</param>
    public static Either<FloeError, LawReport> Replay(MaskPolicy policy, LawOptions options, LawCase question) =>
        Run(policy, options, _ => [question]);

    private static Either<FloeError, LawReport> Run(MaskPolicy policy, LawOptions options, Func<SelectionLaw, IEnumerable<LawCase>> cases)
    {
        Subject subject = new(policy, options.Costs, options.Baseline.IfNone(() => Baseline.InTableOrder(options.Costs)));
        return options.Only.Concat(options.Except).Where(n => !Names.Contains(n)).ToArray() is [{ } unknown, ..]
            ? Left<FloeError, LawReport>(new FloeError.Usage("law", string.Join(", ", Names), unknown, "Choose one of these."))
            : new LawReport(toArray(All.Select(law => IsLeftOut(law, options)
                ? new LawResult(law.Name, law.Meaning, LawStatus.LeftOut, 0, 0, None)
                : Try(law, subject, cases(law)))));
    }

    private static bool IsLeftOut(SelectionLaw law, LawOptions options) =>
        options.Except.Contains(law.Name) || (options.Only.Count > 0 && !options.Only.Contains(law.Name));

    // Each law has its own stream, so that leaving one out does not change the cases of another.
    private static IEnumerable<LawCase> Cases(LawOptions options, SelectionLaw law)
    {
        CaseSource source = new(unchecked(options.Seed + ((ulong)System.Array.IndexOf(All, law) << 40)), options.Table);
        return Enumerable.Range(0, options.Cases).Select(_ => source.Next());
    }

    private static LawResult Try(SelectionLaw law, Subject subject, IEnumerable<LawCase> cases)
    {
        int tried = 0;
        int telling = 0;
        foreach (LawCase next in cases)
        {
            tried++;
            Verdict verdict = law.Judge(subject, next);
            telling += verdict is Verdict.Silent ? 0 : 1;
            if (verdict is Verdict.Broken)
            {
                return new LawResult(law.Name, law.Meaning, LawStatus.Broken, tried, telling, Smallest(law, subject, next));
            }
        }

        return new LawResult(law.Name, law.Meaning, telling > 0 ? LawStatus.Holds : LawStatus.Untested, tried, telling, None);
    }

    private static Option<CounterExample> Smallest(SelectionLaw law, Subject subject, LawCase found)
    {
        LawCase smallest = Shrinking.Smallest(found, c => law.Judge(subject, c) is Verdict.Broken);
        return law.Judge(subject, smallest) is Verdict.Broken broken
            ? Some(new CounterExample(smallest, broken.Found, subject.Ask(smallest).ToOption()))
            : Some(new CounterExample(
                found, "the law was broken once and held when the same case was tried again", subject.Ask(found).ToOption()));
    }
}
