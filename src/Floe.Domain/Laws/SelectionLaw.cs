using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Laws;

/// <summary>A law of selection policies.</summary>
/// <param name="Name">Its name, as it is typed.</param>
/// <param name="Meaning">What it means, one sentence.</param>
/// <param name="Judge">What one case says of it.</param>
internal sealed record SelectionLaw(string Name, string Meaning, Func<Subject, LawCase, Verdict> Judge);

/// <summary>A policy with what its laws depend on.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Costs">Under which costs it keeps its budget.</param>
/// <param name="Baseline">What it is never worse than.</param>
internal sealed record Subject(MaskPolicy Policy, CostModel Costs, Baseline Baseline)
{
    /// <summary>The policy's masks. An exception or masks of another shape are an answer too: an error that says so.</summary>
    public Either<FloeError, BinaryMasks> Ask(LawCase c) => Ask(c, c.Budget);

    /// <summary>The policy's masks for a budget.</summary>
    public Either<FloeError, BinaryMasks> Ask(LawCase c, Budget budget)
    {
        try
        {
            return Policy(c.Table, budget)
                .Bind(masks => masks.Shape == c.Table.Shape ? Right<FloeError, BinaryMasks>(masks) : Fault("masks of another shape"));
        }
#pragma warning disable CA1031 // the policy is a stranger's code; what it throws is the finding
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return Fault($"{thrown.GetType().Name}: {thrown.Message}");
        }
    }

    /// <summary>What each unit of a table costs under the policy's cost model.</summary>
    public double[] CostsOf(LawCase c) =>
        (Costs == CostModel.Scalar ? UnitOrder.OfScalar(c.Table).Costs : c.Table.Taylor).ToArray();

    /// <summary>Judges the answer to one question; a refusal says nothing (the law <c>answers-always</c> looks at those).</summary>
    public Verdict With(LawCase c, Func<BinaryMasks, Verdict> judge) => Ask(c).Match(Right: judge, Left: _ => new Verdict.Silent());

    /// <summary>Judges the answers to two questions.</summary>
    public Verdict WithBoth(LawCase one, LawCase other, Func<BinaryMasks, BinaryMasks, Verdict> judge) =>
        With(one, a => With(other, b => judge(a, b)));

    private static Either<FloeError, BinaryMasks> Fault(string found) =>
        Left<FloeError, BinaryMasks>(
            new FloeError.Verification("policy", "masks, one for each unit of the table", found, "Correct the policy."));
}
