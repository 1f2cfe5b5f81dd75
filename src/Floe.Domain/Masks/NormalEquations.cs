using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>
/// The normal equations of one component of one layer (method §6): G = AᵀA, r = Aᵀb and ‖b‖² for the least-squares problem ‖A u − b‖² over
/// u = m − 1. Additive over tokens and shards; what rounding leaves of a sum is kept with it, so that merging is exact in any order and
/// grouping.
/// </summary>
/// <remarks>
/// Over all N units of the component, with columns W_i x′ and b = (x − x′) + Σ W_i x − Σ W_i x′ (the residual of the all-ones mask), one
/// table serves every mask of that stream: <see cref="Restrict"/> fixes the masked units at u = −1. With x′ = x (<c>teacher</c>) r and ‖b‖²
/// are 0. Equations that were collected over kept units alone are such a table of fewer units.
/// </remarks>
internal sealed class NormalEquations
{
    // G, r and ‖b‖², one after the other.
    private readonly SumColumn sums;

    private NormalEquations(int size, SumColumn sums, long tokens)
    {
        Size = size;
        this.sums = sums;
        Tokens = tokens;
    }

    /// <summary>Number of unknowns, n.</summary>
    public int Size { get; }

    /// <summary>G, upper triangle row by row, n(n+1)/2 numbers: row i holds columns i … n − 1.</summary>
    public ReadOnlySpan<double> Gram => sums.Rounded[..^(Size + 1)];

    /// <summary>r = Aᵀb, n numbers.</summary>
    public ReadOnlySpan<double> Right => sums.Rounded[^(Size + 1)..^1];

    /// <summary>‖b‖², the residual at u = 0.</summary>
    public double Target => sums.Rounded[^1];

    /// <summary>Tokens in the sums.</summary>
    public long Tokens { get; }

    /// <summary>Place of row i, column j in the packed triangle, i ≤ j &lt; n.</summary>
    public static long Packed(int n, int i, int j) => ((long)i * n) - ((long)i * (i - 1) / 2) + (j - i);

    /// <summary>Equations from their sums; the columns are copied. Errors: lengths that do not belong together, a number that is not
    /// finite.</summary>
    /// <param name="gram">Upper triangle row by row, n(n+1)/2.</param>
    /// <param name="right">Aᵀb, n.</param>
    /// <param name="target">‖b‖².</param>
    /// <param name="tokens">Tokens in the sums, at least 0.</param>
    public static Either<FloeError, NormalEquations> Create(
        ReadOnlySpan<double> gram, ReadOnlySpan<double> right, double target, long tokens)
    {
        if (gram.Length != Packed(right.Length, right.Length, right.Length))
        {
            return Bad($"{Packed(right.Length, right.Length, right.Length)} numbers for {right.Length} unknowns", $"{gram.Length}");
        }

        return !Finite(gram) || !Finite(right) || !double.IsFinite(target) || tokens < 0
            ? Bad("finite sums and a count of at least 0", "a number that is not")
            : Prelude.Right<FloeError, NormalEquations>(
                new NormalEquations(right.Length, SumColumn.Signed([.. gram, .. right, target]), tokens));
    }

    /// <summary>
    /// The equations of both shards' tokens, the same bit for bit in any order and grouping. Errors: another number of unknowns; a sum
    /// beyond the range of double.
    /// </summary>
    public Either<FloeError, NormalEquations> Merge(NormalEquations other) => Size != other.Size
        ? Bad($"{Size} unknowns", $"{other.Size}")
        : sums.Add("normal equations", other.sums).Map(sums => new NormalEquations(Size, sums, Tokens + other.Tokens));

    /// <summary>
    /// The equations of the kept unknowns when the others are fixed at one value: r_R − c G_RZ 1 and ‖b‖² − 2c r_Z·1 + c² 1ᵀG_ZZ 1. With c
    /// = −1 the others are masked (m = 0), with c = 0 they keep m = 1.
    /// </summary>
    /// <param name="kept">One value an unknown: stays unknown or is fixed.</param>
    /// <param name="others">c, the value of u for the others.</param>
    public Either<FloeError, NormalEquations> Restrict(ReadOnlySpan<bool> kept, double others)
    {
        if (kept.Length != Size)
        {
            return Bad($"{Size} masks", $"{kept.Length}");
        }

        int[] place = new int[Size];
        int count = 0;
        for (int i = 0; i < Size; i++)
        {
            place[i] = kept[i] ? count++ : -1;
        }

        double[] all = new double[Packed(count, count, count) + count + 1];
        Span<double> gram = all.AsSpan(..^(count + 1));
        Span<double> right = all.AsSpan(^(count + 1)..^1);
        double target = Target;
        for (int i = 0; i < Size; i++)
        {
            ReadOnlySpan<double> row = Gram.Slice((int)Packed(Size, i, i), Size - i);
            if (place[i] >= 0)
            {
                right[place[i]] += Right[i];
            }
            else
            {
                target += (others * others * row[0]) - (2 * others * Right[i]);
            }

            int write = place[i] >= 0 ? (int)Packed(count, place[i], place[i]) : 0;
            if (place[i] >= 0)
            {
                gram[write++] = row[0];
            }

            for (int j = i + 1; j < Size; j++)
            {
                double g = row[j - i];
                if (place[i] >= 0 && place[j] >= 0)
                {
                    gram[write++] = g;
                }
                else if (place[i] >= 0)
                {
                    right[place[i]] -= others * g;
                }
                else if (place[j] >= 0)
                {
                    right[place[j]] -= others * g;
                }
                else
                {
                    target += 2 * others * others * g;
                }
            }
        }

        all[^1] = target;
        return Prelude.Right<FloeError, NormalEquations>(new NormalEquations(count, SumColumn.Signed(all), Tokens));
    }

    /// <summary>‖A u − b‖² = ‖b‖² − 2 u·r + uᵀ G u.</summary>
    /// <param name="u">n numbers.</param>
    public double Residual(ReadOnlySpan<double> u)
    {
        double[] product = new double[Size];
        new PackedMatrix(Gram, Size).Multiply(u, product);
        double value = Target;
        for (int i = 0; i < Size; i++)
        {
            value += u[i] * (product[i] - (2 * Right[i]));
        }

        return value;
    }

    /// <summary>Mean of the diagonal of G, tr(G)/n; 0 for no unknowns.</summary>
    public double MeanDiagonal()
    {
        double trace = 0;
        for (int i = 0; i < Size; i++)
        {
            trace += Gram[(int)Packed(Size, i, i)];
        }

        return Size == 0 ? 0 : trace / Size;
    }

    private static bool Finite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static Either<FloeError, NormalEquations> Bad(string expected, string found) =>
        Left<FloeError, NormalEquations>(
            new FloeError.BadData("normal equations", expected, found, "Collect the equations again, for this model's units."));
}
