using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The pair (p masked, q kept) of one layer with t_p ≥ t_q and the largest τ_p − τ_q above 0, kept up to date while units change sides.
/// </summary>
/// <remarks>
/// Units lie in a segment tree in ascending cost, so every q of the left child costs at most as much as every p of the right one. Each unit
/// has two leaves, as q before as p among units of one cost. A node knows the p of largest τ, the q of smallest τ (each by component), and
/// its best pair.
/// </remarks>
internal sealed class PairTree
{
    private const int None = -1;

    private readonly double[] fisher;
    private readonly int heads;
    private readonly bool crossOnly;
    private readonly int[] leafOfP;
    private readonly int[] leafOfQ;
    private readonly int start;
    private readonly int leaves;
    private readonly Node[] nodes;

    public PairTree(ScoreTable table, int layer, ReadOnlySpan<bool> kept, bool crossOnly)
    {
        int units = table.Shape.UnitsPerLayer;
        start = layer * units;
        heads = table.Shape.Heads;
        this.crossOnly = crossOnly;
        fisher = table.Fisher.Slice(start, units).ToArray();
        double[] costs = table.Taylor.Slice(start, units).ToArray();
        leafOfP = new int[units];
        leafOfQ = new int[units];
        Place(costs, leafOfP, leafOfQ);
        leaves = 1;
        while (leaves < 2 * units)
        {
            leaves *= 2;
        }

        nodes = new Node[2 * leaves];
        nodes.AsSpan().Fill(Node.Nothing);
        for (int unit = 0; unit < units; unit++)
        {
            SetLeaf(unit, kept[start + unit]);
        }

        for (int node = leaves - 1; node > 0; node--)
        {
            nodes[node] = Join(nodes[2 * node], nodes[(2 * node) + 1]);
        }
    }

    /// <summary>The best pair, p leaving the masked set and q entering it, or null.</summary>
    public UnitSwap? Best() => nodes[1].PairP == None ? null : new UnitSwap(start + nodes[1].PairP, start + nodes[1].PairQ);

    /// <summary>Lets a pair change sides.</summary>
    public void Exchange(UnitSwap pair)
    {
        SetLeaf(pair.Leaving - start, kept: true);
        SetLeaf(pair.Entering - start, kept: false);
        foreach (int leaf in (ReadOnlySpan<int>)[
            leafOfP[pair.Leaving - start], leafOfQ[pair.Leaving - start], leafOfP[pair.Entering - start], leafOfQ[pair.Entering - start]])
        {
            for (int node = (leaves + leaf) / 2; node > 0; node /= 2)
            {
                nodes[node] = Join(nodes[2 * node], nodes[(2 * node) + 1]);
            }
        }
    }

    private static void Place(double[] costs, int[] leafOfP, int[] leafOfQ)
    {
        int[] byCost = [.. Enumerable.Range(0, costs.Length).OrderBy(u => costs[u])];
        int leaf = 0;
        for (int start = 0, end; start < byCost.Length; start = end)
        {
            for (end = start; end < byCost.Length && costs[byCost[end]] == costs[byCost[start]]; end++)
            {
                leafOfQ[byCost[end]] = leaf++;
            }

            for (int at = start; at < end; at++)
            {
                leafOfP[byCost[at]] = leaf++;
            }
        }
    }

    private void SetLeaf(int unit, bool kept)
    {
        Node empty = Node.Nothing;
        bool head = unit < heads;
        nodes[leaves + leafOfP[unit]] = kept ? empty : head ? empty with { HeadP = unit } : empty with { NeuronP = unit };
        nodes[leaves + leafOfQ[unit]] = !kept ? empty : head ? empty with { HeadQ = unit } : empty with { NeuronQ = unit };
    }

    private Node Join(in Node left, in Node right)
    {
        Node joined = new(
            Larger(left.HeadP, right.HeadP),
            Larger(left.NeuronP, right.NeuronP),
            Smaller(left.HeadQ, right.HeadQ),
            Smaller(left.NeuronQ, right.NeuronQ),
            left.PairP,
            left.PairQ);
        joined = Offer(joined, right.PairP, right.PairQ);
        if (crossOnly)
        {
            joined = Offer(joined, right.HeadP, left.NeuronQ);
            return Offer(joined, right.NeuronP, left.HeadQ);
        }

        return Offer(joined, Larger(right.HeadP, right.NeuronP), Smaller(left.HeadQ, left.NeuronQ));
    }

    private Node Offer(in Node node, int p, int q)
    {
        if (p == None || q == None || !(fisher[p] > fisher[q]))
        {
            return node;
        }

        int order = node.PairP == None ? 1 : CompareGain(p, q, node.PairP, node.PairQ);
        bool better = order > 0 || (order == 0 && (p, q).CompareTo((node.PairP, node.PairQ)) < 0);
        return better ? node with { PairP = p, PairQ = q } : node;
    }

    // Compares τ_p − τ_q of two pairs without rounding.
    private int CompareGain(int p, int q, int otherP, int otherQ)
    {
        double gain = fisher[p] - fisher[q];
        double other = fisher[otherP] - fisher[otherQ];
        if (gain != other)
        {
            return gain > other ? 1 : -1;
        }

        return Rounding.ErrorOfDifference(fisher[p], fisher[q], gain)
            .CompareTo(Rounding.ErrorOfDifference(fisher[otherP], fisher[otherQ], other));
    }

    private int Larger(int a, int b) =>
        a == None ? b
        : b == None ? a
        : fisher[a] > fisher[b] || (fisher[a] == fisher[b] && a < b) ? a
        : b;

    private int Smaller(int a, int b) =>
        a == None ? b
        : b == None ? a
        : fisher[a] < fisher[b] || (fisher[a] == fisher[b] && a < b) ? a
        : b;

    private readonly record struct Node(int HeadP, int NeuronP, int HeadQ, int NeuronQ, int PairP, int PairQ)
    {
        public static Node Nothing { get; } = new(None, None, None, None, None, None);
    }
}
