using System.Runtime.InteropServices;

namespace Floe.Domain.Text;

/// <summary>
/// The pairs of a word that may be merged, best rank first and the leftmost among equals. In a long word those of one rank mostly come in
/// the order of their places, so only the first of such a run stands in the heap: a word of one letter takes O(n), any other O(n log n).
/// </summary>
/// <param name="symbols">Symbols of the word.</param>
internal sealed class MergeQueue(int symbols)
{
    private const int LongWord = 64;

    private readonly PriorityQueue<(int Id, bool Leads), long> first = new();
    private readonly Dictionary<int, Run>? runs = symbols > LongWord ? [] : null;

    private sealed class Run
    {
        public Queue<int> Places { get; } = new();

        public int Last { get; set; }
    }

    /// <summary>Adds a pair.</summary>
    /// <param name="rank">The rank of its merge, from 0.</param>
    /// <param name="id">What it becomes.</param>
    /// <param name="at">The place of its left symbol.</param>
    public void Add(int rank, int id, int at)
    {
        if (runs is null)
        {
            first.Enqueue((id, false), Packed(rank, at));
            return;
        }

        Run run = CollectionsMarshal.GetValueRefOrAddDefault(runs, rank, out _) ??= new Run();
        bool leads = run.Places.Count == 0;
        // The last place of a run that is not empty waits in it: once more would change nothing.
        if (leads || at > run.Last)
        {
            run.Places.Enqueue(at);
            run.Last = at;
        }

        if (leads || at < run.Last)
        {
            first.Enqueue((id, leads), Packed(rank, at));
        }
    }

    /// <summary>Takes the best pair; false where there is none.</summary>
    public bool TryTake(out int at, out int id)
    {
        bool found = first.TryDequeue(out (int Id, bool Leads) pair, out long order);
        (at, id) = ((int)order, pair.Id);
        if (found && pair.Leads)
        {
            int rank = (int)(order >> 32);
            Queue<int> places = runs![rank].Places;
            places.Dequeue();
            if (places.TryPeek(out int next))
            {
                first.Enqueue((id, true), Packed(rank, next));
            }
        }

        return found;
    }

    /// <summary>Two numbers from 0 as one, in the order of the pair: a third of the time that tuples take to hash and compare.</summary>
    internal static long Packed(int first, int second) => ((long)first << 32) | (uint)second;
}
