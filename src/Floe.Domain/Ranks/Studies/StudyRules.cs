using LanguageExt;

namespace Floe.Domain.Ranks.Studies;

/// <summary>How a study goes on.</summary>
/// <param name="Space">What is searched.</param>
/// <param name="Sampler">How the next point is chosen.</param>
/// <param name="Proposals">Most proposals, repeats included.</param>
/// <param name="Seeds">Every point is trained once with each of them; their mean is the observation.</param>
/// <param name="Rungs">Steps after which the loss is measured, ascending; the last one is the whole training.</param>
/// <param name="Halving">η: of the points that reach a rung the best ⌈n/η⌉ go on (see <see cref="SuccessiveHalving"/>). None trains every
/// point to its end.</param>
/// <param name="DrawSeed">Seed of everything that the sampler draws.</param>
internal sealed record StudyRules(
    SearchSpace Space, RankSampler Sampler, int Proposals, Arr<long> Seeds, Arr<int> Rungs, Option<int> Halving, uint DrawSeed)
{
    /// <summary>Steps of a whole training.</summary>
    public int Steps => Rungs[^1];
}

/// <summary>What a worker does next: a closed list.</summary>
internal abstract record StudyAction
{
    private StudyAction()
    {
    }

    /// <summary>Begins a trial at a point.</summary>
    public sealed record Begin(PointProposal Proposal) : StudyAction;

    /// <summary>Records a proposal whose point has been trained, with that result.</summary>
    public sealed record Repeat(PointProposal Proposal, StudyTrial Of) : StudyAction;

    /// <summary>Trains a trial with a seed until a step.</summary>
    public sealed record Train(StudyTrial Trial, Point Point, long Seed, int Until) : StudyAction;

    /// <summary>Ends a trial with its mean loss.</summary>
    public sealed record Complete(StudyTrial Trial, double Loss) : StudyAction;

    /// <summary>Ends a trial early, with the mean loss of its last rung.</summary>
    public sealed record Prune(StudyTrial Trial, double Loss) : StudyAction;

    /// <summary>Nothing can be decided before other workers have gone on.</summary>
    public sealed record Wait : StudyAction;

    /// <summary>Nothing is left to do for this worker.</summary>
    /// <param name="Why">In a few words.</param>
    public sealed record Finished(string Why) : StudyAction;
}
