using Floe.Domain.Ranks;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of the effective rank of B·A from the Gram matrices of its factors.</summary>
public sealed class EffectiveRankLaws(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    public void EqualDirectionsCountOneEach(int rank) => Assert.Equal(rank, EffectiveRank.Of(Diagonal(rank, 2), Diagonal(rank, 3)), 1e-9);

    [Fact]
    public void OneDirectionIsOneAndNoneIsNone()
    {
        Assert.Equal(1, EffectiveRank.Of(new double[,] { { 4, 2 }, { 2, 1 } }, Diagonal(2, 1)), 1e-9);
        Assert.Equal(0, EffectiveRank.Of(Diagonal(3, 1), new double[3, 3]));
    }

    [Fact]
    public void SingularValuesAreThoseOfTheProduct() => Law.Check(output, Factors, f =>
    {
        double[] values = EffectiveRank.SingularValues(Gram(f.A), Gram(f.B));
        double[,] product = Times(f.B, f.A);
        double squares = product.Cast<double>().Sum(x => x * x);
        // Σ σ² = ‖BA‖², Σ σ⁴ = ‖(BA)(BA)ᵀ‖².
        double fourth = Gram(product).Cast<double>().Sum(x => x * x);
        return Near(values.Sum(v => v * v), squares)
            && Near(values.Sum(v => v * v * v * v), fourth)
            && values.SequenceEqual(values.OrderDescending());
    }, f => $"rank {f.A.GetLength(0)}");

    [Fact]
    public void ItLiesBetweenOneAndTheRankAndScaleDoesNotMatter() => Law.Check(output, Factors, f =>
    {
        double one = EffectiveRank.Of(Gram(f.A), Gram(f.B)), scaled = EffectiveRank.Of(Gram(f.A, 9), Gram(f.B));
        return one == 0 || (one >= 1 - 1e-6 && one <= f.A.GetLength(0) + 1e-6 && Math.Abs(one - scaled) < 1e-4);
    }, f => $"rank {f.A.GetLength(0)}");

    // A [r, in], B as its transpose [r, out].
    private static Arbitrary<(double[,] A, double[,] B)> Factors => Arb.From(
        from rank in Gen.Choose(1, 6)
        from a in Gen.Choose(-8, 8).ArrayOf(rank * 7)
        from b in Gen.Choose(-8, 8).ArrayOf(rank * 9)
        select (Shaped(a, rank), Shaped(b, rank)));

    private static double[,] Shaped(int[] values, int rows)
    {
        double[,] matrix = new double[rows, values.Length / rows];
        for (int i = 0; i < values.Length; i++)
        {
            matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)] = values[i] / 4.0;
        }

        return matrix;
    }

    private static double[,] Diagonal(int rank, double value)
    {
        double[,] matrix = new double[rank, rank];
        for (int i = 0; i < rank; i++)
        {
            matrix[i, i] = value;
        }

        return matrix;
    }

    // M Mᵀ.
    private static double[,] Gram(double[,] m, double scale = 1)
    {
        int rows = m.GetLength(0);
        double[,] gram = new double[rows, rows];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                gram[i, j] = scale * Enumerable.Range(0, m.GetLength(1)).Sum(k => m[i, k] * m[j, k]);
            }
        }

        return gram;
    }

    // Bᵀ A for B [r, out], A [r, in].
    private static double[,] Times(double[,] b, double[,] a)
    {
        double[,] product = new double[b.GetLength(1), a.GetLength(1)];
        for (int i = 0; i < product.GetLength(0); i++)
        {
            for (int j = 0; j < product.GetLength(1); j++)
            {
                product[i, j] = Enumerable.Range(0, a.GetLength(0)).Sum(k => b[k, i] * a[k, j]);
            }
        }

        return product;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-7 * (1 + Math.Abs(b));
}
