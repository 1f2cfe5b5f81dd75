namespace Floe.Domain.Masks.Search;

/// <summary>
/// Dynamic programming over a growing core: the states are the undominated ways to take items after the break and give up items before it, each with
/// its cost and score. A state whose bound is not above the best score found is dropped.
/// </summary>
internal sealed class CoreSearch(Knapsack problem, long best)
{
    private readonly List<(int Parent, int Item)> _choices = [];
    private List<State> _states = [new State(problem.BreakWeight, problem.BreakProfit, -1)];
    private List<State> _merged = [];
    private long _best = best;
    private int _bestChoice = -1;
    private bool _improved;
    private int _left = problem.Break - 1;
    private int _right = problem.Break;

    /// <summary>Partial solutions examined.</summary>
    public long States { get; private set; }

    /// <summary>Grows the core until no state is left, or the limit is reached.</summary>
    /// <returns>Whether the best score is proven best.</returns>
    public bool Run(long limit)
    {
        Note(_states[0]);
        while (_states.Count > 0 && (_left >= 0 || _right < problem.Items.Length))
        {
            if (States + (2L * _states.Count) > limit)
            {
                return false;
            }

            if (_right < problem.Items.Length)
            {
                int item = problem.Items[_right++];
                Grow(item, problem.Weights[item], problem.Profits[item]);
            }

            if (_left >= 0)
            {
                int item = problem.Items[_left--];
                Grow(item, -problem.Weights[item], -problem.Profits[item]);
            }
        }

        return true;
    }

    /// <summary>The best masks: those given, unless a better state was found.</summary>
    public bool[] Improved(bool[] given)
    {
        if (!_improved)
        {
            return given;
        }

        bool[] kept = problem.BreakMasks();
        for (int choice = _bestChoice; choice >= 0; choice = _choices[choice].Parent)
        {
            kept[_choices[choice].Item] = !kept[_choices[choice].Item];
        }

        return kept;
    }

    /// <summary>The largest score that any state left could still reach, or the best found.</summary>
    public long Upper() => _states.Select(Bound).Append(_best).Max();

    private void Grow(int item, long weight, long profit)
    {
        if (!CouldMatter(weight, profit))
        {
            Prune();
            return;
        }

        _merged.Clear();
        int stay = 0;
        int move = 0;
        while (stay < _states.Count || move < _states.Count)
        {
            States++;
            bool takeStay = move >= _states.Count
                || (stay < _states.Count && Before(_states[stay].Weight, _states[stay].Profit, _states[move].Weight + weight, _states[move].Profit + profit));
            if (takeStay)
            {
                Offer(_states[stay++], -1);
            }
            else
            {
                State from = _states[move++];
                Offer(new State(from.Weight + weight, from.Profit + profit, from.Choice), item);
            }
        }

        (_states, _merged) = (_merged, _states);
        Prune();
    }

    private static bool Before(long weight, long profit, long otherWeight, long otherProfit) =>
        weight < otherWeight || (weight == otherWeight && profit >= otherProfit);

    // A state is dominated by one of no more cost and no less score; states come in ascending cost.
    private void Offer(State state, int item)
    {
        if ((_merged.Count > 0 && _merged[^1].Profit >= state.Profit) || Bound(state) <= _best)
        {
            return;
        }

        State kept = state;
        if (item >= 0)
        {
            _choices.Add((state.Choice, item));
            kept = state with { Choice = _choices.Count - 1 };
        }

        _merged.Add(kept);
        Note(kept);
    }

    private void Note(State state)
    {
        if (state.Weight <= problem.Capacity && state.Profit > _best)
        {
            (_best, _bestChoice, _improved) = (state.Profit, state.Choice, true);
        }
    }

    private void Prune() => _states.RemoveAll(s => Bound(s) <= _best);

    // What the state could reach with the next item on its side taken in any fraction.
    private long Bound(State state)
    {
        long room = problem.Capacity - state.Weight;
        if (room >= 0)
        {
            return _right < problem.Items.Length ? state.Profit + Share(room, problem.Items[_right]) : state.Profit;
        }

        return _left >= 0 ? state.Profit + Share(room, problem.Items[_left]) : long.MinValue;
    }

    // The bound of every solution in which this item is on the other side, by the density of the break item.
    private bool CouldMatter(long weight, long profit)
    {
        if (problem.Break == problem.Items.Length)
        {
            return true;
        }

        long room = problem.Capacity - problem.BreakWeight - weight;
        return problem.BreakProfit + profit + Share(room, problem.Items[problem.Break]) > _best;
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
