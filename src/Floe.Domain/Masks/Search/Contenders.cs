using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The numbers of heads among which the best one is. A head more brings its τ and takes the room of some neurons: where the head's τ surely
/// exceeds what they can have together the sum grows, where it surely falls short the sum shrinks. The best number is behind the first run
/// of such steps and before the last.
/// </summary>
internal static class Contenders
{
    // What rounding can do to a product, with room to spare.
    private const double Rounding = 1e-15;

    /// <summary>First and last number of heads that can keep the most τ.</summary>
    /// <param name="table">The scores.</param>
    /// <param name="heads">Heads, largest τ first.</param>
    /// <param name="neurons">The neurons by rank.</param>
    /// <param name="room">How many neurons stand beside 0, 1, … heads.</param>
    public static (int First, int Last) Among(ScoreTable table, int[] heads, TopUnits neurons, int[] room)
    {
        (int first, int last) = (0, room.Length - 1);
        while (first < last && Grows(first + 1))
        {
            first++;
        }

        while (last > first && Shrinks(last))
        {
            last--;
        }

        return (first, last);

        bool Grows(int n)
        {
            int fewer = room[n - 1] - room[n];
            return table.Fisher[heads[n - 1]] > (fewer > 0 ? fewer * neurons.Bounds(room[n]).Above * (1 + Rounding) : 0);
        }

        bool Shrinks(int n)
        {
            int fewer = room[n - 1] - room[n];
            return fewer > 0 && table.Fisher[heads[n - 1]] < fewer * neurons.Bounds(room[n - 1] - 1).Least * (1 - Rounding);
        }
    }
}
