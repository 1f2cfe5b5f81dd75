using FsCheck;
using FsCheck.Fluent;

namespace Floe.Tests.Properties;

/// <summary>Generators of the laws' cases, each with a shrinker.</summary>
internal static class Generators
{
    /// <summary>Scores with many ties: small whole numbers, zero among them.</summary>
    private static readonly Gen<double> Tied = Gen.Choose(0, 4).Select(i => (double)i);

    /// <summary>Eighths: sums of them are exact, so that equal totals are equal.</summary>
    private static readonly Gen<double> Dyadic = Gen.Choose(0, 400).Select(i => i / 8.0);

    /// <summary>Scores over many magnitudes, where sums round.</summary>
    private static readonly Gen<double> Wide = Gen.Choose(-40, 40)
        .SelectMany(e => Gen.Choose(1, int.MaxValue).Select(m => Math.ScaleB(m, e - 31)));

    /// <summary>Ordinary scores: fractions that are not dyadic.</summary>
    private static readonly Gen<double> Plain = Gen.Choose(1, 1_000_000).Select(i => i / 999_983.0);

    /// <summary>Tables of at most 12 units, for comparison with exhaustive search.</summary>
    public static Arbitrary<TableCase> Small { get; } = Arb.From(Tables(12), Shrink);

    /// <summary>Tables of at most 40 units.</summary>
    public static Arbitrary<TableCase> Any { get; } = Arb.From(Tables(40), Shrink);

    /// <summary>Tables in which no two units have the same τ or the same τ/t, so that no result rests on a tie.</summary>
    public static Arbitrary<TableCase> Distinct { get; } = Any.Filter(c =>
        c.Fisher.Distinct().Count() == c.Fisher.Length
        && c.Fisher.Zip(c.Taylor).Select(p => p.Item1 / p.Item2).Distinct().Count() == c.Fisher.Length);

    /// <summary>
    /// Tables of up to 400 units whose scores differ in their last bits, far from one another in magnitude otherwise; in half of them a
    /// head costs two neurons and scores about as much, so that sums are near one another too.
    /// </summary>
    public static Arbitrary<TableCase> Crowded { get; } = Arb.From(
        (from layers in Gen.Choose(1, 3)
         from heads in Gen.Choose(1, 20)
         from neurons in Gen.Choose(1, 110)
         from even in Gen.Elements(true, false)
         from fisher in Gen.ArrayOf(even ? Last : Near, layers * (heads + neurons))
         from taylor in Gen.ArrayOf(even ? Gen.Constant(1.0) : Plain, layers * (heads + neurons))
         from rho in Rho
         let pair = new Func<double, int, double>((value, unit) => even && unit % (heads + neurons) < heads ? 2 * value : value)
         select new TableCase(layers, heads, neurons, [.. fisher.Select(pair)], [.. taylor.Select(pair)], rho)).Where(c => c.IsValid),
        Shrink);

    /// <summary>A whole number that stands for a random choice inside a law.</summary>
    public static Arbitrary<int> Seeds { get; } = Arb.From(Gen.Choose(0, int.MaxValue), seed => seed == 0 ? [] : new[] { 0, seed / 2 });

    /// <summary>Score columns of shards: a list of rows, all of one length, that are added up.</summary>
    public static Arbitrary<double[][]> Shards { get; } =
        Arb.From(
         from rows in Gen.Choose(2, 6)
         from shards in Gen.Choose(1, 7)
         from regime in Gen.OneOf(Gen.Constant(Wide), Gen.Constant(Plain), Gen.Constant(Extreme))
         from values in Gen.ArrayOf(Gen.ArrayOf(regime, rows), shards)
         select values,
         ShrinkShards);

    // Magnitudes whose sum needs many parts.
    private static Gen<double> Extreme => Gen.Choose(-1060, 900).SelectMany(e => Gen.Choose(1, 1 << 20).Select(m => Math.ScaleB(m, e)));

    private static Gen<double> Last => Gen.Choose(0, 60).Select(last => 1 + Math.ScaleB(last, -52));

    private static Gen<double> Near =>
        from value in Last
        from exponent in Gen.Elements(-1060, 0, 0, 0, 0, 0, 1, 300)
        select Math.ScaleB(value, exponent);

    private static Gen<TableCase> Tables(int units) =>
        (from layers in Gen.Choose(1, 3)
         from heads in Gen.Choose(1, Math.Max(1, Math.Min(4, (units / layers) - 1)))
         from neurons in Gen.Choose(1, (units / layers) - heads)
         from fisherScores in Regime
         from taylorScores in Regime
         from fisher in Gen.ArrayOf(fisherScores, layers * (heads + neurons))
         from taylor in Gen.ArrayOf(taylorScores, layers * (heads + neurons))
         from rho in Rho
         select new TableCase(layers, heads, neurons, fisher, taylor, rho)).Where(c => c.IsValid);

    private static Gen<Gen<double>> Regime => Gen.Elements(Tied, Dyadic, Wide, Plain);

    private static Gen<double> Rho =>
        Gen.Frequency((1, Gen.Constant(0.0)), (1, Gen.Constant(1.0)), (8, Gen.Choose(0, 1000).Select(i => i / 1000.0)));

    private static IEnumerable<TableCase> Shrink(TableCase c) => Shallower(c).Concat(Narrower(c)).Concat(Rounder(c)).Where(s => s.IsValid);

    // One layer fewer.
    private static IEnumerable<TableCase> Shallower(TableCase c)
    {
        int perLayer = c.Heads + c.Neurons;
        for (int layer = 0; layer < c.Layers && c.Layers > 1; layer++)
        {
            yield return c with { Layers = c.Layers - 1, Fisher = Without(
                c.Fisher, layer * perLayer, perLayer), Taylor = Without(c.Taylor, layer * perLayer, perLayer) };
        }
    }

    // One head or one neuron fewer in every layer.
    private static IEnumerable<TableCase> Narrower(TableCase c)
    {
        int perLayer = c.Heads + c.Neurons;
        for (int at = 0; at < perLayer; at++)
        {
            bool head = at < c.Heads;
            int taken = at;
            double[] Cut(double[] values) => [.. values.Where((_, i) => i % perLayer != taken)];
            if (head ? c.Heads > 1 : c.Neurons > 1)
            {
                yield return c with { Heads = c.Heads - (head ? 1 : 0), Neurons = c.Neurons - (head ? 0 : 1), Fisher = Cut(c.Fisher),
                    Taylor = Cut(c.Taylor) };
            }
        }
    }

    private static IEnumerable<TableCase> Rounder(TableCase c)
    {
        if (c.Rho is not (0.5 or 0 or 1))
        {
            yield return c with { Rho = 0.5 };
        }

        for (int at = 0; at < c.Fisher.Length; at++)
        {
            foreach (double simpler in Simpler(c.Fisher[at]))
            {
                yield return c with { Fisher = With(c.Fisher, at, simpler) };
            }

            foreach (double simpler in Simpler(c.Taylor[at]))
            {
                yield return c with { Taylor = With(c.Taylor, at, simpler) };
            }
        }
    }

    // Always nearer to 0 or with fewer digits, so that shrinking ends.
    private static IEnumerable<double> Simpler(double value) => value switch
    {
        0 => [],
        1 => [0],
        _ when value != Math.Floor(value) => value > 1 ? [0, 1, Math.Floor(value)] : [0, 1],
        _ => [0, 1, Math.Floor(value / 2)],
    };

    private static IEnumerable<double[][]> ShrinkShards(double[][] shards)
    {
        for (int at = 0; at < shards.Length && shards.Length > 1; at++)
        {
            yield return [.. shards.Where((_, i) => i != at)];
        }

        if (shards[0].Length > 2)
        {
            yield return [.. shards.Select(s => s[1..])];
            yield return [.. shards.Select(s => s[..^1])];
        }
    }

    private static double[] Without(double[] values, int start, int count) => [.. values[..start], .. values[(start + count)..]];

    private static double[] With(double[] values, int at, double value)
    {
        double[] copy = [.. values];
        copy[at] = value;
        return copy;
    }
}
