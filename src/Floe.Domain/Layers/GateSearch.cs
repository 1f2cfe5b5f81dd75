using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>How good a set of gates is.</summary>
/// <param name="Rise">The model's rise of the loss with the other layers off.</param>
/// <param name="Bound">What no set of as many layers can be below; equal to <paramref name="Rise"/> where the set is proven the
/// best.</param>
/// <param name="Nodes">Nodes of the search tree that were looked at.</param>
internal sealed record GateCertificate(double Rise, double Bound, int Nodes)
{
    /// <summary>Whether no other set of as many layers has a smaller rise.</summary>
    public bool Proven => Bound >= Rise;
}

/// <summary>
/// The set R of m layers to switch off that minimises −Σ_R g_l + ½ Σ_R Σ_R F_lm: branch and bound, depth first, on the least certain layer.
/// A node's bound is the convex relaxation over 0 ≤ x ≤ 1, Σx = m, by Frank–Wolfe with its duality gap, so that it holds at whatever step
/// it stops; since x² = x for 0 and 1, a multiple of the identity that keeps F positive semidefinite is moved from F to the linear part
/// first, which makes the relaxation tighter.
/// </summary>
internal static class GateSearch
{
    /// <summary>Nodes after which the best set found is given with the bound that is proven by then.</summary>
    public const int MostNodes = 20_000;

    private const int Steps = 60;
    private const double Tolerance = 1e-12;

    /// <summary>Searches.</summary>
    /// <param name="model">g and F.</param>
    /// <param name="keep">n, layers that stay on; from 1 to L.</param>
    /// <param name="nodes">Most nodes.</param>
    public static (int[] Kept, GateCertificate Certificate) Run(GateModel model, int keep, int nodes = MostNodes)
    {
        State state = new(model, model.Layers - keep, nodes);
        state.Improve(Greedy(model, state.Off));
        state.Visit(new Node([.. Enumerable.Range(0, model.Layers)], []));
        int[] kept = [.. Enumerable.Range(0, model.Layers).Except(state.Best)];
        double bound = state.Open < state.BestRise ? state.Open : state.BestRise;
        return (kept, new GateCertificate(state.BestRise, bound, state.Nodes));
    }

    // Free layers, and those that are off.
    private sealed record Node(int[] Free, int[] Off);

    // The layer whose going costs least, again and again; then exchanges as long as they help.
    private static int[] Greedy(GateModel model, int off)
    {
        List<int> gone = [];
        while (gone.Count < off)
        {
            gone.Add(Enumerable.Range(0, model.Layers).Except(gone).MinBy(layer => model.Rise([.. gone, layer])));
        }

        double rise = model.Rise(gone);
        bool better = true;
        while (better)
        {
            better = false;
            foreach ((int i, int layer) in
                from i in Enumerable.Range(0, gone.Count)
                from layer in Enumerable.Range(0, model.Layers)
                select (i, layer))
            {
                if (!gone.Contains(layer)
                    && model.Rise([.. gone.Where((_, at) => at != i), layer]) is double other
                    && other < rise - (Tolerance * (1 + Math.Abs(rise))))
                {
                    (gone[i], rise, better) = (layer, other, true);
                }
            }
        }

        return [.. gone];
    }

    private sealed class State(GateModel model, int off, int most)
    {
        private readonly double shift = Spectrum.Smallest(model);

        public int Off { get; } = off;

        public int Nodes { get; private set; }

        public int[] Best { get; private set; } = [];

        public double BestRise { get; private set; } = double.PositiveInfinity;

        /// <summary>The smallest bound of a node that was left unvisited.</summary>
        public double Open { get; private set; } = double.PositiveInfinity;

        public void Improve(int[] candidate)
        {
            double rise = model.Rise(candidate);
            if (rise < BestRise)
            {
                (Best, BestRise) = (candidate, rise);
            }
        }

        public void Visit(Node root)
        {
            Stack<(Node Node, double Bound)> waiting = new([(root, double.NegativeInfinity)]);
            while (waiting.TryPop(out (Node Node, double Bound) next))
            {
                if (next.Bound >= Cut)
                {
                    continue;
                }

                if (Nodes == most)
                {
                    Open = Math.Min(Open, next.Bound);
                    continue;
                }

                Nodes++;
                foreach ((Node child, double bound) in Children(next.Node))
                {
                    waiting.Push((child, bound));
                }
            }
        }

        private double Cut => BestRise - (Tolerance * (1 + Math.Abs(BestRise)));

        // The likelier branch last, so that it is taken first.
        private IEnumerable<(Node Node, double Bound)> Children(Node node)
        {
            int left = Off - node.Off.Length;
            if (left == 0 || left == node.Free.Length)
            {
                Improve(left == 0 ? node.Off : [.. node.Off, .. node.Free]);
                yield break;
            }

            (double bound, double[] x) = Relaxation.Solve(model, shift, node.Free, node.Off, left, Steps, Cut);
            Improve([
                .. node.Off, .. node.Free.Select((layer, i) => (layer, x[i]))
                    .OrderByDescending(p => p.Item2)
                    .Take(left)
                    .Select(p => p.layer)]);
            if (bound >= Cut)
            {
                yield break;
            }

            int at = Enumerable.Range(0, x.Length).MinBy(i => Math.Abs(x[i] - 0.5));
            int[] others = [.. node.Free.Where((_, i) => i != at)];
            Node on = node with { Free = others }, gone = new(others, [.. node.Off, node.Free[at]]);
            foreach (Node child in x[at] > 0.5 ? (Node[])[on, gone] : [gone, on])
            {
                yield return (child, bound);
            }
        }
    }
}
