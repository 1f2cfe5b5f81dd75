using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Scores;

/// <summary>
/// Additive score table (method §3): for every unit the sum of squared mask gradients over samples with its count, and the sum of Taylor
/// scores over calibration batches with its count. Sums of disjoint shards add up to the sums of the whole, exactly.
/// </summary>
/// <remarks>Rows in table order: layer, heads before neurons, index (<see cref="ModelShape.IndexOf"/>).</remarks>
public sealed class ScoreSums : IEquatable<ScoreSums>
{
    private readonly long[] fisherCounts;
    private readonly long[] taylorCounts;

    private ScoreSums(ModelShape shape, SumColumn fisher, long[] fisherCounts, SumColumn taylor, long[] taylorCounts)
    {
        Shape = shape;
        Fisher = fisher;
        Taylor = taylor;
        this.fisherCounts = fisherCounts;
        this.taylorCounts = taylorCounts;
    }

    /// <summary>The model's shape.</summary>
    public ModelShape Shape { get; }

    /// <summary>Σ over samples of (∂ℓ/∂m)², one exact sum a unit.</summary>
    internal SumColumn Fisher { get; }

    /// <summary>Σ over calibration batches of Σ|g ⊙ θ|, one exact sum a unit.</summary>
    internal SumColumn Taylor { get; }

    /// <summary>Samples in each unit's Fisher sum.</summary>
    public ReadOnlySpan<long> FisherCounts => fisherCounts;

    /// <summary>Calibration batches in each unit's Taylor sum.</summary>
    public ReadOnlySpan<long> TaylorCounts => taylorCounts;

    /// <summary>The table of no sample and no batch: the identity of <see cref="Merge(ScoreSums)"/>.</summary>
    public static ScoreSums Empty(ModelShape shape) => new(
        shape, SumColumn.Zero(shape.Units), new long[shape.Units], SumColumn.Zero(shape.Units), new long[shape.Units]);

    /// <summary>A table from its four columns, as they are stored. Errors: a bad shape, length, sum or count.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="fisher">Σ (∂ℓ/∂m)² of every unit.</param>
    /// <param name="fisherCounts">Samples of every unit, at least 0.</param>
    /// <param name="taylor">Σ Taylor of every unit.</param>
    /// <param name="taylorCounts">Batches of every unit, at least 0.</param>
    internal static Either<FloeError, ScoreSums> Create(
        ModelShape shape, SumColumn fisher, ReadOnlySpan<long> fisherCounts, SumColumn taylor, ReadOnlySpan<long> taylorCounts)
    {
        FloeError? problem = Columns.BadShape(shape)
            ?? BadLength("fisher_sum", shape, fisher.Rows) ?? BadLength("fisher_count", shape, fisherCounts.Length)
            ?? BadLength("taylor_sum", shape, taylor.Rows) ?? BadLength("taylor_count", shape, taylorCounts.Length)
            ?? BadCount("fisher_count", fisherCounts, fisher) ?? BadCount("taylor_count", taylorCounts, taylor);
        return problem is null
            ? Right<FloeError, ScoreSums>(new ScoreSums(shape, fisher, fisherCounts.ToArray(), taylor, taylorCounts.ToArray()))
            : Left<FloeError, ScoreSums>(problem);
    }

    /// <summary>Fisher sums of some samples; no Taylor. Errors: as <see cref="Create"/>.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="sums">Σ over the samples of (∂ℓ/∂m)² of every unit; for one sample, its squared gradients.</param>
    /// <param name="samples">How many samples.</param>
    public static Either<FloeError, ScoreSums> OfFisher(ModelShape shape, ReadOnlySpan<double> sums, long samples) =>
        SumColumn.Of("fisher_sum", sums).Bind(column => Uniform(shape, column, samples, null, 0));

    /// <summary>Taylor sums of some calibration batches; no Fisher. Errors: as <see cref="Create"/>.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="sums">Σ over the batches of the Taylor score of every unit.</param>
    /// <param name="batches">How many batches.</param>
    public static Either<FloeError, ScoreSums> OfTaylor(ModelShape shape, ReadOnlySpan<double> sums, long batches) =>
        SumColumn.Of("taylor_sum", sums).Bind(column => Uniform(shape, null, 0, column, batches));

    /// <summary>
    /// The table of both tables' samples. Associative and commutative bit for bit, <see cref="Empty"/> is its identity. Errors: different
    /// shapes, a sum or count beyond its type.
    /// </summary>
    public Either<FloeError, ScoreSums> Merge(ScoreSums other)
    {
        if (Shape != other.Shape)
        {
            return Left<FloeError, ScoreSums>(
                new FloeError.BadData("shards", Shape.ToString(), other.Shape.ToString(), "Merge tables of one model."));
        }

        return from fisher in Fisher.Add("fisher_sum", other.Fisher)
               from fisherCounts in AddCounts("fisher_count", fisherCounts, other.fisherCounts)
               from taylor in Taylor.Add("taylor_sum", other.Taylor)
               from taylorCounts in AddCounts("taylor_count", taylorCounts, other.taylorCounts)
               select new ScoreSums(Shape, fisher, fisherCounts, taylor, taylorCounts);
    }

    /// <summary>The table of all parts' samples, from at least one part. Errors: no part; as <see cref="Merge(ScoreSums)"/>.</summary>
    public static Either<FloeError, ScoreSums> Merge(IReadOnlyList<ScoreSums> parts) =>
        parts.Count == 0
            ? Left<FloeError, ScoreSums>(new FloeError.Usage("merge", "at least one table", "none", "Name the shards to merge."))
            : parts.Skip(1).Aggregate(Right<FloeError, ScoreSums>(parts[0]), (sum, part) => sum.Bind(s => s.Merge(part)));

    /// <summary>
    /// The means τ = fisher_sum / fisher_count and t = taylor_sum / taylor_count. Where no unit has a Taylor count every unit costs 1
    /// (<see cref="ScoreTable.HasCosts"/> is false). Errors: a unit without samples, or with no batch while others have some; as
    /// <see cref="ScoreTable.Create"/>.
    /// </summary>
    public Either<FloeError, ScoreTable> ToTable() =>
        from fisher in Means("fisher_count", Fisher, fisherCounts)
        from table in taylorCounts.All(c => c == 0)
            ? ScoreTable.FisherOnly(Shape, fisher)
            : Means("taylor_count", Taylor, taylorCounts).Bind(taylor => ScoreTable.Create(Shape, fisher, taylor))
        select table;

    /// <inheritdoc/>
    public bool Equals(ScoreSums? other) =>
        other is not null && Shape == other.Shape && Fisher.Equals(other.Fisher) && Taylor.Equals(other.Taylor)
        && FisherCounts.SequenceEqual(other.FisherCounts) && TaylorCounts.SequenceEqual(other.TaylorCounts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScoreSums);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shape, Fisher, Taylor);

    private static Either<FloeError, ScoreSums> Uniform(ModelShape shape, SumColumn? fisher, long samples, SumColumn? taylor, long batches)
    {
        if (Columns.BadShape(shape) is { } problem)
        {
            return Left<FloeError, ScoreSums>(problem);
        }

        long[] fisherCounts = new long[shape.Units];
        long[] taylorCounts = new long[shape.Units];
        fisherCounts.AsSpan().Fill(samples);
        taylorCounts.AsSpan().Fill(batches);
        return Create(shape, fisher ?? SumColumn.Zero(shape.Units), fisherCounts, taylor ?? SumColumn.Zero(shape.Units), taylorCounts);
    }

    private static Either<FloeError, double[]> Means(string name, SumColumn sums, long[] counts)
    {
        double[] means = new double[counts.Length];
        for (int row = 0; row < means.Length; row++)
        {
            if (counts[row] == 0)
            {
                return Left<FloeError, double[]>(
                    new FloeError.BadData($"column {name}, row {row}", "a count of at least 1", "0", "Collect scores for every unit."));
            }

            means[row] = sums.Rounded[row] / counts[row];
        }

        return Right<FloeError, double[]>(means);
    }

    private static Either<FloeError, long[]> AddCounts(string name, long[] left, long[] right)
    {
        long[] sum = new long[left.Length];
        for (int row = 0; row < sum.Length; row++)
        {
            sum[row] = left[row] + right[row];
            if (sum[row] < 0)
            {
                return Left<FloeError, long[]>(
                    new FloeError.BadData(
                        $"column {name}, row {row}", "a count that fits in 64 bits", $"{left[row]} + {right[row]}",
                            "Check the shards' counts."));
            }
        }

        return Right<FloeError, long[]>(sum);
    }

    private static FloeError? BadLength(string column, ModelShape shape, int rows) =>
        rows == shape.Units ? null : Columns.BadLength(column, shape, rows);

    private static FloeError.BadData? BadCount(string column, ReadOnlySpan<long> counts, SumColumn sums)
    {
        for (int row = 0; row < counts.Length; row++)
        {
            if (counts[row] < 0 || (counts[row] == 0 && sums.Rounded[row] != 0))
            {
                return new FloeError.BadData(
                    $"column {column}, row {row}", "a count of at least 0, and above 0 where the sum is", $"{counts[row]}",
                        "Check the table's counts.");
            }
        }

        return null;
    }
}
