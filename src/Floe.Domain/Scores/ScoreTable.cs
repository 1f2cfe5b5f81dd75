using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Scores;

/// <summary>
/// The table that selection reads (method §1, §3): Fisher score τ and Taylor score t of every unit, both finite and at least 0, in table
/// order.
/// </summary>
public sealed class ScoreTable : IEquatable<ScoreTable>
{
    private readonly double[] fisher;
    private readonly double[] taylor;

    private ScoreTable(ModelShape shape, double[] fisher, double[] taylor, bool hasCosts)
    {
        Shape = shape;
        HasCosts = hasCosts;
        this.fisher = fisher;
        this.taylor = taylor;
        ExactSum heads = new();
        ExactSum neurons = new();
        for (int start = 0; start < taylor.Length; start += shape.UnitsPerLayer)
        {
            AddAll(heads, taylor.AsSpan(start, shape.Heads));
            AddAll(neurons, taylor.AsSpan(start + shape.Heads, shape.Neurons));
        }

        HeadCost = heads.DrainMean(shape.Layers * shape.Heads);
        NeuronCost = neurons.DrainMean(shape.Layers * shape.Neurons);
        TotalCost = ExactSum.Of(taylor);
    }

    /// <summary>The model's shape.</summary>
    public ModelShape Shape { get; }

    /// <summary>τ, one a unit.</summary>
    public ReadOnlySpan<double> Fisher => fisher;

    /// <summary>t, one a unit.</summary>
    public ReadOnlySpan<double> Taylor => taylor;

    /// <summary>False where the table had no Taylor scores, so that every unit costs 1.</summary>
    public bool HasCosts { get; }

    /// <summary>t_h, the mean Taylor score of all heads of the model; above 0.</summary>
    public double HeadCost { get; }

    /// <summary>t_f, the mean Taylor score of all neurons of the model; above 0.</summary>
    public double NeuronCost { get; }

    /// <summary>Σ t over all units, correctly rounded.</summary>
    public double TotalCost { get; }

    /// <summary>
    /// A table from its columns; they are copied. Errors: a shape without units, a column of another length, a score that is NaN, infinite
    /// or negative, t_h or t_f of 0, a total beyond the range of double.
    /// </summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="fisher">τ, one a unit.</param>
    /// <param name="taylor">t, one a unit.</param>
    public static Either<FloeError, ScoreTable> Create(ModelShape shape, ReadOnlySpan<double> fisher, ReadOnlySpan<double> taylor)
    {
        FloeError? problem = Columns.BadShape(shape) ?? BadColumn("fisher", shape, fisher) ?? BadColumn("taylor", shape, taylor);
        if (problem is not null)
        {
            return Left<FloeError, ScoreTable>(problem);
        }

        ScoreTable table = new(shape, fisher.ToArray(), taylor.ToArray(), hasCosts: true);
        problem = BadCost("heads", table.HeadCost) ?? BadCost("neurons", table.NeuronCost) ?? BadCost("units", table.TotalCost)
            ?? BadTotal("fisher", ExactSum.Of(fisher));
        return problem is null ? Right<FloeError, ScoreTable>(table) : Left<FloeError, ScoreTable>(problem);
    }

    /// <summary>A table without Taylor scores: every unit costs 1. Errors: as <see cref="Create"/>.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="fisher">τ, one a unit.</param>
    public static Either<FloeError, ScoreTable> FisherOnly(ModelShape shape, ReadOnlySpan<double> fisher)
    {
        FloeError? problem = Columns.BadShape(shape) ?? BadColumn("fisher", shape, fisher) ?? BadTotal("fisher", ExactSum.Of(fisher));
        if (problem is not null)
        {
            return Left<FloeError, ScoreTable>(problem);
        }

        double[] ones = new double[shape.Units];
        ones.AsSpan().Fill(1.0);
        return Right<FloeError, ScoreTable>(new ScoreTable(shape, fisher.ToArray(), ones, hasCosts: false));
    }

    /// <summary>The rows of one layer as a model of one layer (scope <c>layer</c>). Errors: t_h or t_f of that layer is 0.</summary>
    public Either<FloeError, ScoreTable> Layer(int layer)
    {
        ModelShape one = Shape with { Layers = 1 };
        int start = layer * Shape.UnitsPerLayer;
        ReadOnlySpan<double> fisher = Fisher.Slice(start, one.Units);
        return HasCosts
            ? Create(one, fisher, Taylor.Slice(start, one.Units))
                .MapLeft(e => e is FloeError.BadData bad ? bad with { Where = $"layer {layer}: {bad.Where}" } : e)
            : FisherOnly(one, fisher);
    }

    /// <inheritdoc/>
    public bool Equals(ScoreTable? other) =>
        other is not null && Shape == other.Shape && HasCosts == other.HasCosts
        && Fisher.SequenceEqual(other.Fisher) && Taylor.SequenceEqual(other.Taylor);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScoreTable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shape, TotalCost, fisher[0], fisher[^1]);

    private static void AddAll(ExactSum sum, ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            sum.Add(value);
        }
    }

    private static FloeError? BadColumn(string name, ModelShape shape, ReadOnlySpan<double> values) =>
        values.Length != shape.Units ? Columns.BadLength(name, shape, values.Length)
        : Columns.FirstBad(values) is { } row ? Columns.BadScore(name, row, values[row])
        : null;

    private static FloeError.BadData? BadCost(string which, double mean) => mean > 0 ? BadTotal("taylor", mean) : new FloeError.BadData(
        $"column taylor, {which}", "a mean above 0", "0 in every row",
            "Collect Taylor scores, or leave the column out so that every unit costs 1.");

    private static FloeError.BadData? BadTotal(string column, double total) => double.IsFinite(total) ? null : new FloeError.BadData(
        $"column {column}", "a total within the range of double", "a total beyond it",
            "Divide the scores by a constant; selection does not depend on their scale.");
}
