using Floe.Domain;
using Floe.Domain.Masks;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class TuningLaws(ITestOutputHelper output)
{
    /// <summary>Rows of A and b with more rows than unknowns, and which unknowns are kept.</summary>
    internal sealed record Problem(double[][] Rows, double[] B, bool[] Kept)
    {
        public int Unknowns => Kept.Length;

        public string Size => Kept.All(k => k) ? "all kept" : Kept.Any(k => k) ? "some kept" : "none kept";

        public NormalEquations Equations => Of(Rows, B);

        public static NormalEquations Of(double[][] rows, double[] b)
        {
            int n = rows[0].Length;
            double[] gram = [.. Enumerable.Range(0, n).SelectMany(i => Enumerable.Range(i, n - i).Select(j => rows.Sum(r => r[i] * r[j])))];
            double[] right = [.. Enumerable.Range(0, n).Select(i => rows.Zip(b).Sum(p => p.Item1[i] * p.Item2))];
            return Value(NormalEquations.Create(gram, right, b.Sum(x => x * x), rows.Length));
        }

        public double Objective(IReadOnlyList<double> masks) =>
            Rows.Zip(B).Sum(p => Math.Pow(p.Item1.Select((a, i) => a * (masks[i] - 1)).Sum() - p.Item2, 2));
    }

    private static readonly Gen<double> Entry = Gen.Choose(-1000, 1000).Select(i => i / 256.0);

    private static readonly Arbitrary<Problem> Problems = Arb.From(
        from n in Gen.Choose(1, 9)
        from rows in Gen.ArrayOf(Gen.ArrayOf(Entry, n), (2 * n) + 2)
        from b in Gen.ArrayOf(Entry, (2 * n) + 2)
        from kept in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(false)), (3, Gen.Constant(true))), n)
        select new Problem([.. rows.Select((row, i) => row.Select((x, j) => x + (i == j ? 8 : 0)).ToArray())], b, kept),
        problem => problem.Unknowns == 1
            ? []
            : Enumerable.Range(0, problem.Unknowns).Select(cut => new Problem(
                [.. problem.Rows.Select(r => r.Where((_, i) => i != cut).ToArray())], problem.B, [
                    .. problem.Kept.Where((_, i) => i != cut)])));

    [Fact]
    public void WithTheSameInputsAndAllUnitsFreeEveryMaskIsOne() => Law.Check(output, Problems, p =>
    {
        NormalEquations teacher = Problem.Of(p.Rows, [.. p.B.Select(_ => 0.0)]);
        ComponentTuning tuned = Tune(teacher, [.. p.Kept.Select(_ => true)], TuningMode.Teacher, 1e-6);
        return tuned.Masks.All(m => m == 1) && tuned.Status is TuningStatus.Tuned { ResidualBinary: 0, ResidualTuned: 0 };
    }, p => $"{p.Unknowns} units");

    [Fact]
    public void TunedMasksAreAStationaryPointOverTheKeptUnits() => Law.Check(output, Problems, p =>
    {
        ComponentTuning tuned = Tune(p.Equations, p.Kept, TuningMode.Retained, 0);
        if (tuned.Status is not TuningStatus.Tuned status)
        {
            return tuned.Masks.Zip(p.Kept).All(pair => pair.Item1 == (pair.Item2 ? 1 : 0));
        }

        double best = p.Objective([.. tuned.Masks]);
        bool lowest = Enumerable.Range(0, p.Unknowns).Where(i => p.Kept[i]).All(i => new[] { -1e-3, 1e-3 }.All(step =>
            p.Objective([.. tuned.Masks.Select((m, j) => m + (i == j ? step : 0))]) >= best - (1e-9 * (1 + best))));
        bool masked = tuned.Masks.Zip(p.Kept).All(pair => pair.Item2 || pair.Item1 == 0);
        return lowest && masked && Near(status.ResidualTuned, best)
            && Near(status.ResidualBinary, p.Objective([.. p.Kept.Select(k => k ? 1.0 : 0.0)]))
                && status.ResidualTuned <= status.ResidualBinary * (1 + 1e-12);
    }, p => p.Size, p => p.Kept.Any(k => k) && Tune(p.Equations, p.Kept, TuningMode.Retained, 0).Status is TuningStatus.Tuned);

    [Fact]
    public void EquationsOfShardsAddUp() => Law.Check(output, Problems, p =>
    {
        int cut = p.Rows.Length / 2;
        NormalEquations merged = Value(Problem.Of(p.Rows[..cut], p.B[..cut]).Merge(Problem.Of(p.Rows[cut..], p.B[cut..])));
        NormalEquations whole = p.Equations;
        return merged.Tokens == whole.Tokens && Near(merged.Target, whole.Target)
            && merged.Gram.ToArray().Zip(whole.Gram.ToArray()).All(pair => Near(pair.Item1, pair.Item2))
            && merged.Right.ToArray().Zip(whole.Right.ToArray()).All(pair => Near(pair.Item1, pair.Item2));
    }, p => $"{p.Unknowns} units");

    [Fact]
    public void EquationsOfShardsAreTheSameBitsInEveryOrderAndGrouping() => Law.Check(output, Problems, p =>
    {
        // Thirds, so that products and sums round.
        NormalEquations[] parts = [.. p.Rows.Zip(p.B).Select(row => Problem.Of([[.. row.Item1.Select(x => x / 3)]], [row.Item2 / 3]))];
        NormalEquations Sum(IEnumerable<NormalEquations> some) => some.Aggregate((left, right) => Value(left.Merge(right)));
        NormalEquations forth = Sum(parts);
        NormalEquations back = Sum(parts.Reverse());
        NormalEquations grouped = parts.Length < 3 ? back : Value(Sum(parts[..2]).Merge(Sum(parts[2..])));
        return new[] { back, grouped }.All(other => forth.Tokens == other.Tokens && forth.Target == other.Target
            && forth.Gram.SequenceEqual(other.Gram) && forth.Right.SequenceEqual(other.Right));
    }, p => $"{p.Unknowns} units", p => p.Rows.Length > 2);

    [Fact]
    public void TeacherEquationsGiveOnePlusTheShareOfTheMasked() => Law.Check(output, Problems, p =>
    {
        // m_R = 1 + G_RR⁻¹ G_RZ 1: what the masked units added, spread over the kept ones.
        NormalEquations teacher = Problem.Of(p.Rows, [.. p.B.Select(_ => 0.0)]);
        ComponentTuning tuned = Tune(teacher, p.Kept, TuningMode.Teacher, 0);
        double[] lost = [.. p.Rows.Select(r => r.Where((_, i) => !p.Kept[i]).Sum())];
        double[][] kept = [.. p.Rows.Select(r => r.Where((_, i) => p.Kept[i]).ToArray())];
        return tuned.Status is not TuningStatus.Tuned
            || tuned.Masks.Where((_, i) => p.Kept[i])
                .Zip(Tune(Problem.Of(kept, lost), [.. kept[0].Select(_ => true)], TuningMode.Retained, 0).Masks)
                .All(pair => Near(pair.Item1, pair.Item2));
    }, p => p.Size, p => p.Kept.Any(k => k) && !p.Kept.All(k => k));

    [Fact]
    public void TheAncestorDampsTheNormalMatrixByOne() => Law.Check(output, Problems, p =>
    {
        ComponentTuning tuned = Tune(p.Equations, p.Kept, TuningMode.Ancestor, 0);
        if (tuned.Status is not TuningStatus.Tuned)
        {
            return true;
        }

        // (G² + I) u = G r at the solution.
        NormalEquations kept = Value(p.Equations.Restrict(p.Kept, -1));
        double[] u = [.. tuned.Masks.Where((_, i) => p.Kept[i]).Select(m => m - 1)];
        double[] gradient = Times(kept, [.. Times(kept, u).Zip(kept.Right.ToArray()).Select(pair => pair.Item1 - pair.Item2)]);
        double scale = Times(kept, kept.Right.ToArray()).Append(1).Max(Math.Abs);
        return gradient.Zip(u).All(pair => Math.Abs(pair.Item1 + pair.Item2) <= 1e-7 * scale);
    }, p => p.Size, p => p.Kept.Any(k => k));

    [Fact]
    public void ASolutionBeyondTenStaysBinaryAndSaysSo()
    {
        NormalEquations equations = Value(NormalEquations.Create([1, 0, 1], [100, 0], 10_000, 1));
        ComponentTuning tuned = Tune(equations, [true, true], TuningMode.Retained, 0);
        Assert.Equal([1.0, 1.0], tuned.Masks.ToArray());
        Assert.Contains("exceeds 10", Assert.IsType<TuningStatus.Binary>(tuned.Status).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ASingularSystemStaysBinaryAndSaysSo()
    {
        NormalEquations equations = Value(NormalEquations.Create([1, 1, 1], [1, 1], 1, 1));
        ComponentTuning tuned = Tune(equations, [true, true], TuningMode.Retained, 0);
        Assert.Contains("positive definite", Assert.IsType<TuningStatus.Binary>(tuned.Status).Reason, StringComparison.Ordinal);
        Assert.IsType<TuningStatus.Tuned>(Tune(equations, [true, true], TuningMode.Retained, 1e-6).Status);
    }

    [Fact]
    public void ALargeSystemIsSolvedToTheResidualOfItsRightSide()
    {
        // n above one block of the factorisation, and no multiple of it.
        const int n = 203;
        double[][] rows = [
            .. Enumerable.Range(0, 2 * n)
                .Select(r => Enumerable.Range(0, n).Select(c => Math.Sin((r * 7.0) + (c * c)) + (r == c ? 3 : 0)).ToArray())];
        double[] b = [.. Enumerable.Range(0, 2 * n).Select(r => Math.Cos(r))];
        NormalEquations equations = Problem.Of(rows, b);
        ComponentTuning tuned = Tune(equations, [.. Enumerable.Repeat(true, n)], TuningMode.Retained, 0);
        double[] product = Times(equations, [.. tuned.Masks.Select(m => m - 1)]);
        Assert.All(product.Zip(equations.Right.ToArray()), pair => Assert.Equal(pair.Item2, pair.Item1, 1e-9));
    }

    private static double[] Times(NormalEquations equations, double[] v)
    {
        double[] product = new double[v.Length];
        for (int i = 0; i < v.Length; i++)
        {
            for (int j = 0; j < v.Length; j++)
            {
                product[i] += equations.Gram[(int)NormalEquations.Packed(v.Length, Math.Min(i, j), Math.Max(i, j))] * v[j];
            }
        }

        return product;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-9 * (1 + Math.Abs(a) + Math.Abs(b));

    private static ComponentTuning Tune(NormalEquations equations, bool[] kept, TuningMode mode, double ridge) =>
        Value(Tuning.Component(equations, kept, new TuningOptions(mode, ridge)));

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
