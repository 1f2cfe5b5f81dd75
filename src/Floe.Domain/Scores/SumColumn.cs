using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Scores;

/// <summary>
/// A column of exact sums, one a row. A row's sum is kept as its canonical expansion: the first part is the correctly rounded sum, each
/// further part the correctly rounded remainder of those before it.
/// </summary>
/// <remarks>
/// The expansion of a number is unique, so adding columns is associative and commutative bit for bit. Parts beyond the first exist only
/// while some row needs them: a column of values that were never added to others has one part.
/// </remarks>
internal sealed class SumColumn : IEquatable<SumColumn>
{
    // 2^-1074 … 2^1024 in steps of 53 bits.
    private const int MostParts = 40;

    private readonly double[][] parts;
    private readonly bool signed;

    private SumColumn(int rows, double[][] parts, bool signed = false)
    {
        Rows = rows;
        this.parts = parts;
        this.signed = signed;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Parts a row needs at most; at least 1.</summary>
    public int Parts => parts.Length;

    /// <summary>The correctly rounded sums; the first part.</summary>
    public ReadOnlySpan<double> Rounded => parts[0];

    /// <summary>One part of every row; part 0 is <see cref="Rounded"/>.</summary>
    public ReadOnlySpan<double> Part(int part) => parts[part];

    /// <summary>A column of zeros.</summary>
    public static SumColumn Zero(int rows) => new(rows, [new double[rows]]);

    /// <summary>A column of values; they are copied. Errors: a row that is NaN, infinite or negative.</summary>
    /// <param name="name">Name of the column, for errors.</param>
    /// <param name="values">One value a row.</param>
    public static Either<FloeError, SumColumn> Of(string name, ReadOnlySpan<double> values) =>
        Columns.FirstBad(values) is { } row
            ? Left<FloeError, SumColumn>(Columns.BadScore(name, row, values[row]))
            : Right<FloeError, SumColumn>(new SumColumn(values.Length, [values.ToArray()]));

    /// <summary>A column of finite values of either sign, as normal equations have; it takes the array.</summary>
    internal static SumColumn Signed(double[] values) => new(values.Length, [values], signed: true);

    /// <summary>
    /// A column from parts that were stored. Any parts are accepted whose exact sum is a finite number of at least 0; they are made
    /// canonical.
    /// </summary>
    /// <param name="name">Name of the column, for errors.</param>
    /// <param name="parts">At least one part, all of one length.</param>
    public static Either<FloeError, SumColumn> OfParts(string name, IReadOnlyList<ReadOnlyMemory<double>> parts)
    {
        if (parts.Count == 0 || parts.Any(p => p.Length != parts[0].Length))
        {
            return Left<FloeError, SumColumn>(
                new FloeError.BadData(
                    name, "parts of one length", string.Join(", ", parts.Select(p => p.Length)), "Write every part for every row."));
        }

        for (int part = 0; part < parts.Count; part++)
        {
            ReadOnlySpan<double> values = parts[part].Span;
            for (int row = 0; row < values.Length; row++)
            {
                if (!double.IsFinite(values[row]))
                {
                    return Left<FloeError, SumColumn>(Columns.BadScore(name, row, values[row]));
                }
            }
        }

        return parts.Count == 1
            ? Of(name, parts[0].Span)
            : Canonical(name, parts[0].Length, signed: false, (row, sum) =>
            {
                foreach (ReadOnlyMemory<double> part in parts)
                {
                    sum.Add(part.Span[row]);
                }
            });
    }

    /// <summary>Row by row sum of two columns, exact. Errors: different lengths; a sum beyond the range of double.</summary>
    /// <param name="name">Name of the column, for errors.</param>
    /// <param name="other">The column to add.</param>
    public Either<FloeError, SumColumn> Add(string name, SumColumn other)
    {
        if (Rows != other.Rows)
        {
            return Left<FloeError, SumColumn>(
                new FloeError.BadData(name, $"{Rows} rows", $"{other.Rows} rows", "Merge tables of one model."));
        }

        return parts.Length == 1 && other.parts.Length == 1
            ? AddSingles(name, parts[0], other.parts[0], signed)
            : Canonical(name, Rows, signed, (row, sum) =>
            {
                AddRow(row, sum);
                other.AddRow(row, sum);
            });
    }

    /// <inheritdoc/>
    public bool Equals(SumColumn? other) =>
        other is not null && Rows == other.Rows && Parts == other.Parts
        && Enumerable.Range(0, Parts).All(p => Part(p).SequenceEqual(other.Part(p)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SumColumn);

    /// <inheritdoc/>
    public override int GetHashCode() => Rows == 0 ? 0 : HashCode.Combine(Rows, parts[0][0], parts[0][^1]);

    private void AddRow(int row, ExactSum sum)
    {
        foreach (double[] part in parts)
        {
            sum.Add(part[row]);
        }
    }

    private static Either<FloeError, SumColumn> AddSingles(string name, double[] left, double[] right, bool signed)
    {
        double[] rounded = new double[left.Length];
        double[]? rest = null;
        for (int row = 0; row < left.Length; row++)
        {
            double a = left[row];
            double b = right[row];
            double sum = a + b;
            if (!double.IsFinite(sum))
            {
                return Left<FloeError, SumColumn>(Columns.BadScore(name, row, sum));
            }

            double error = Rounding.ErrorOfSum(a, b, sum);
            rounded[row] = sum;
            if (error != 0)
            {
                (rest ??= new double[left.Length])[row] = error;
            }
        }

        return Right<FloeError, SumColumn>(new SumColumn(left.Length, rest is null ? [rounded] : [rounded, rest], signed));
    }

    private static Either<FloeError, SumColumn> Canonical(string name, int rows, bool signed, Action<int, ExactSum> fill)
    {
        ExactSum sum = new();
        Span<double> row = stackalloc double[MostParts];
        List<double[]> parts = [new double[rows]];
        for (int r = 0; r < rows; r++)
        {
            sum.Clear();
            fill(r, sum);
            int count = sum.Drain(row);
            if (count > 0 && ((row[0] < 0 && !signed) || !double.IsFinite(row[0])))
            {
                return Left<FloeError, SumColumn>(Columns.BadScore(name, r, row[0]));
            }

            for (int p = 0; p < count; p++)
            {
                if (p == parts.Count)
                {
                    parts.Add(new double[rows]);
                }

                parts[p][r] = row[p];
            }
        }

        return Right<FloeError, SumColumn>(new SumColumn(rows, [.. parts], signed));
    }
}
