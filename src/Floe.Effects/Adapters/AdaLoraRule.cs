using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>How the importance of a number of AdaLoRA is taken.</summary>
/// <param name="Beta1">Decay of its mean.</param>
/// <param name="Beta2">Decay of the mean of its deviation.</param>
/// <param name="Orthogonality">w, the weight of the orthogonal regulariser.</param>
internal sealed record Sensitivity(double Beta1, double Beta2, double Orthogonality);

/// <summary>
/// How AdaLoRA is trained: the loss has w · mean(‖A Aᵀ − I‖, ‖Bᵀ B − I‖), and after a step the numbers E of the triplets that matter least
/// are set to zero. A number p matters by mean(|p g|) · mean(||p g| − mean(|p g|)|), both means decaying; a triplet by its E and the
/// means over its row of A and its column of B.
/// </summary>
internal sealed class AdaLoraRule : AdapterRule
{
    private readonly AdapterSet adapters;
    private readonly RankBudget budget;
    private readonly Sensitivity options;
    private readonly Parameter[] numbers;

    // Mean importance and mean deviation of every number, in the order of the parameters; which triplets stay, one column a module.
    private readonly Tensor[] importance, deviation, kept;

    /// <summary>Starts with all triplets.</summary>
    /// <param name="adapters">The adapter that is trained.</param>
    /// <param name="budget">How many triplets a step has.</param>
    /// <param name="options">How a number's importance is taken.</param>
    public AdaLoraRule(AdapterSet adapters, RankBudget budget, Sensitivity options)
    {
        (this.adapters, this.budget, this.options) = (adapters, budget, options);
        numbers = [.. adapters.Parameters];
        using IDisposable frozen = no_grad();
        importance = [.. numbers.Select(number => zeros_like(number).DetachFromDisposeScope())];
        deviation = [.. numbers.Select(number => zeros_like(number).DetachFromDisposeScope())];
        kept = [.. Modules.Select(module => ones_like(module.Parameters[2]).DetachFromDisposeScope())];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> State => [.. importance, .. deviation, .. kept];

    private IEnumerable<AdaLoraModule> Modules => adapters.Modules.Select(pair => (AdaLoraModule)pair.Value);

    /// <inheritdoc/>
    public override double Penalty()
    {
        if (options.Orthogonality == 0)
        {
            return 0.0;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor[] distances = [.. Modules.SelectMany(module => (Tensor[])
        [
            FromIdentity(module.Parameters[0].mm(module.Parameters[0].t())),
            FromIdentity(module.Parameters[1].t().mm(module.Parameters[1])),
        ])];
        Tensor penalty = stack(distances).mean().mul(options.Orthogonality);
        penalty.backward();
        return penalty.ToDouble();
    }

    /// <inheritdoc/>
    public override void Moved(int step)
    {
        if (step < budget.LastChoice)
        {
            Weigh();
        }

        if (budget.Chooses(step))
        {
            Choose(budget.At(step));
        }

        if (budget.Chooses(step) || step > budget.LastChoice)
        {
            foreach ((AdaLoraModule module, Tensor mask) in Modules.Zip(kept))
            {
                module.Parameters[2].mul_(mask);
            }
        }
    }

    /// <summary>The triplets that were left, and a plan that says their number.</summary>
    public override AdapterSet Finished()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor[] places = [.. kept.Select(mask => mask.view(-1).nonzero().view(-1))];
        AdapterSite[] sites = [.. adapters.Modules.Zip(places, (pair, left) => pair.Key with { Rank = (int)left.size(0) })];
        AdapterPlan plan = AdaptedModules.Planned(
            adapters.Plan.Kind, [.. sites.Select(site => new AdaptedModule(site.Layer, site.Module, site.Rank, adapters.Plan.Alpha, 1))],
            adapters.Plan.Alpha, adapters.Plan.Dropout, stabilized: false);
        return new AdapterSet(plan, adapters.Model, [.. sites.Zip(
            Modules.Zip(places, (module, left) => module.Of(left)),
            (site, module) => KeyValuePair.Create<AdapterSite, AdapterModule>(site, module))]);
    }

    private void Weigh()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].grad is { } gradient)
            {
                Tensor now = numbers[i].mul(gradient).abs();
                importance[i].mul_(options.Beta1).add_(now.mul(1 - options.Beta1));
                deviation[i].mul_(options.Beta2).add_(now.sub(importance[i]).abs().mul(1 - options.Beta2));
            }
        }
    }

    private void Choose(int most)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] scores = [.. Enumerable.Range(0, kept.Length).Select(m =>
            Score(3 * m).mean([1]).add(Score((3 * m) + 1).mean([0])).add(Score((3 * m) + 2).view(-1)))];
        bool[] stay = RankBudget.Kept(Engine.Tensors.Floats(cat(scores)), most);
        int at = 0;
        foreach (Tensor mask in kept)
        {
            int rank = (int)mask.size(0);
            mask.copy_(tensor(stay.AsSpan(at, rank).ToArray().Select(left => left ? 1f : 0f).ToArray(), [rank, 1]));
            at += rank;
        }
    }

    private Tensor Score(int number) => importance[number].mul(deviation[number]);

    private static Tensor FromIdentity(Tensor square) => square.sub(eye(square.size(0), device: square.device)).norm();
}
