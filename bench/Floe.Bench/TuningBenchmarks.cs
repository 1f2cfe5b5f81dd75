using BenchmarkDotNet.Attributes;
using Floe.Domain.Masks;
using LanguageExt;

namespace Floe.Bench;

/// <summary>Closed-form tuning of one layer: 32 heads and 1,536 neurons from their normal equations.</summary>
[MemoryDiagnoser]
[InProcess]
public class TuningBenchmarks
{
    private NormalEquations heads = null!, neurons = null!;
    private bool[] keptHeads = [], keptNeurons = [];

    [GlobalSetup]
    public void Make()
    {
        (heads, keptHeads) = Equations(32, 7);
        (neurons, keptNeurons) = Equations(1_536, 11);
    }

    [Benchmark]
    public int OneLayer()
    {
        ComponentTuning first = Tuning.Component(heads, keptHeads, new TuningOptions()).Value();
        ComponentTuning second = Tuning.Component(neurons, keptNeurons, new TuningOptions()).Value();
        return first.Masks.Count + second.Masks.Count;
    }

    // A Gram matrix of n columns over 2n rows, and the right-hand side of a target that the columns nearly span.
    internal static (NormalEquations Equations, bool[] Kept) Equations(int n, int seed)
    {
        Random random = new(seed);
        int rows = 2 * n;
        double[] a = new double[rows * n], gram = new double[NormalEquations.Packed(n, n, n)], rhs = new double[n], target = new double[rows];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = random.NextDouble() - 0.5;
        }

        for (int r = 0; r < rows; r++)
        {
            target[r] = (0.1 * random.NextDouble()) + a[r * n];
            for (int i = 0; i < n; i++)
            {
                double left = a[(r * n) + i];
                rhs[i] += left * target[r];
                for (int j = i; j < n; j++)
                {
                    gram[NormalEquations.Packed(n, i, j)] += left * a[(r * n) + j];
                }
            }
        }

        bool[] kept = [.. Enumerable.Range(0, n).Select(i => i % 5 != 4)];
        return (NormalEquations.Create(gram, rhs, target.Sum(t => t * t), rows).Value(), kept);
    }
}
