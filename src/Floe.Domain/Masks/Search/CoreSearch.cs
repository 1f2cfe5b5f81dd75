namespace Floe.Domain.Masks.Search;

/// <summary>
/// Dynamic programming over a growing core: the states are the undominated ways to take items after the break and give up items before it,
/// each with its cost and score. A state whose bound is not above the best score found is dropped.
/// </summary>
internal sealed class CoreSearch(Knapsack problem, long best)
{
    private readonly List<(int Parent, int Item)> choices = [];
    private List<State> states = [new State(problem.BreakWeight, problem.BreakProfit, -1)];
    private List<State> merged = [];
    private long best = best;
    private int bestChoice = -1;
    private bool improved;
    private int left = problem.Break - 1;
    private int right = problem.Break;

    /// <summary>Partial solutions examined.</summary>
    public long States { get; private set; }

    /// <summary>Grows the core until no state is left, or the limit is reached.</summary>
    /// <returns>Whether the best score is proven best.</returns>
    public bool Run(long limit)
    {
        Note(states[0]);
        while (states.Count > 0 && (left >= 0 || right < problem.Items.Length))
        {
            if (States + (2L * states.Count) > limit)
            {
                return false;
            }

            if (right < problem.Items.Length)
            {
                int item = problem.Items[right++];
                Grow(item, problem.Weights[item], problem.Profits[item]);
            }

            if (left >= 0)
            {
                int item = problem.Items[left--];
                Grow(item, -problem.Weights[item], -problem.Profits[item]);
            }
        }

        return true;
    }

    /// <summary>The best masks: those given, unless a better state was found.</summary>
    public bool[] Improved(bool[] given)
    {
        if (!improved)
        {
            return given;
        }

        bool[] kept = problem.BreakMasks();
        for (int choice = bestChoice; choice >= 0; choice = choices[choice].Parent)
        {
            kept[choices[choice].Item] = !kept[choices[choice].Item];
        }

        return kept;
    }

    /// <summary>The largest score that any state left could still reach, or the best found.</summary>
    public long Upper() => states.Select(Bound).Append(this.best).Max();

    private void Grow(int item, long weight, long profit)
    {
        if (!CouldMatter(weight, profit))
        {
            Prune();
            return;
        }

        merged.Clear();
        int stay = 0;
        int move = 0;
        while (stay < states.Count || move < states.Count)
        {
            States++;
            bool takeStay = move >= states.Count
                || (stay < states.Count
                    && Before(states[stay].Weight, states[stay].Profit, states[move].Weight + weight, states[move].Profit + profit));
            if (takeStay)
            {
                Offer(states[stay++], -1);
            }
            else
            {
                State from = states[move++];
                Offer(new State(from.Weight + weight, from.Profit + profit, from.Choice), item);
            }
        }

        (states, merged) = (merged, states);
        Prune();
    }

    private static bool Before(long weight, long profit, long otherWeight, long otherProfit) =>
        weight < otherWeight || (weight == otherWeight && profit >= otherProfit);

    // A state is dominated by one of no more cost and no less score; states come in ascending cost.
    private void Offer(State state, int item)
    {
        if ((merged.Count > 0 && merged[^1].Profit >= state.Profit) || Bound(state) <= this.best)
        {
            return;
        }

        State kept = state;
        if (item >= 0)
        {
            choices.Add((state.Choice, item));
            kept = state with { Choice = choices.Count - 1 };
        }

        merged.Add(kept);
        Note(kept);
    }

    private void Note(State state)
    {
        if (state.Weight <= problem.Capacity && state.Profit > this.best)
        {
            (this.best, bestChoice, improved) = (state.Profit, state.Choice, true);
        }
    }

    private void Prune() => states.RemoveAll(s => Bound(s) <= this.best);

    // What the state could reach with the next item on its side taken in any fraction.
    private long Bound(State state)
    {
        long room = problem.Capacity - state.Weight;
        if (room >= 0)
        {
            return right < problem.Items.Length ? state.Profit + Share(room, problem.Items[right]) : state.Profit;
        }

        return left >= 0 ? state.Profit + Share(room, problem.Items[left]) : long.MinValue;
    }

    // The bound of every solution in which this item is on the other side, by the density of the break item.
    private bool CouldMatter(long weight, long profit)
    {
        if (problem.Break == problem.Items.Length)
        {
            return true;
        }

        long room = problem.Capacity - problem.BreakWeight - weight;
        return problem.BreakProfit + profit + Share(room, problem.Items[problem.Break]) > this.best;
    }

    // floor(room · score / cost), also for a room below 0.
    private long Share(long room, int item)
    {
        Int128 product = (Int128)room * problem.Profits[item];
        Int128 weight = problem.Weights[item];
        Int128 quotient = product / weight;
        return (long)(product < 0 && quotient * weight != product ? quotient - 1 : quotient);
    }

    private readonly record struct State(long Weight, long Profit, int Choice);
}
