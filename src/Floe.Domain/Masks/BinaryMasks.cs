using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>A mask of 0 or 1 for every unit in table order; true = kept (method §1).</summary>
public sealed class BinaryMasks : IEquatable<BinaryMasks>
{
    private readonly bool[] kept;

    private BinaryMasks(ModelShape shape, bool[] kept)
    {
        Shape = shape;
        this.kept = kept;
    }

    /// <summary>The model's shape.</summary>
    public ModelShape Shape { get; }

    /// <summary>One value a unit: kept or masked.</summary>
    public ReadOnlySpan<bool> Kept => kept;

    /// <summary>Masks from a column; it is copied. Errors: a length that is not the number of units.</summary>
    public static Either<FloeError, BinaryMasks> Create(ModelShape shape, ReadOnlySpan<bool> kept) =>
        kept.Length == shape.Units
            ? Right<FloeError, BinaryMasks>(new BinaryMasks(shape, kept.ToArray()))
            : Left<FloeError, BinaryMasks>(Columns.BadLength("kept", shape, kept.Length));

    /// <summary>Every unit kept, or every unit masked.</summary>
    public static BinaryMasks All(ModelShape shape, bool kept)
    {
        bool[] column = new bool[shape.Units];
        column.AsSpan().Fill(kept);
        return new BinaryMasks(shape, column);
    }

    /// <summary>How many units of a component are kept in the whole model.</summary>
    public int Count(Component component)
    {
        int count = 0;
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            count += OfComponent(layer, component).Count(true);
        }

        return count;
    }

    /// <summary>The masks of one component of one layer, by index.</summary>
    public ReadOnlySpan<bool> OfComponent(int layer, Component component) => component == Component.Head
        ? Kept.Slice(layer * Shape.UnitsPerLayer, Shape.Heads)
        : Kept.Slice((layer * Shape.UnitsPerLayer) + Shape.Heads, Shape.Neurons);

    /// <summary>Σ of a score column over the kept units, correctly rounded whatever the order.</summary>
    /// <param name="column">One value a unit.</param>
    public double SumKept(ReadOnlySpan<double> column)
    {
        ExactSum sum = new();
        for (int at = 0; at < kept.Length; at++)
        {
            if (kept[at])
            {
                sum.Add(column[at]);
            }
        }

        return sum.Round();
    }

    /// <summary>The same masks as numbers: 1 where kept, 0 where masked, no component tuned.</summary>
    public UnitMasks ToUnitMasks() => UnitMasks.Untuned(this);

    /// <inheritdoc/>
    public bool Equals(BinaryMasks? other) => other is not null && Shape == other.Shape && Kept.SequenceEqual(other.Kept);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BinaryMasks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shape, Kept.Count(true));

    /// <summary>Takes the array without copying: only for a caller that made it and keeps no other reference.</summary>
    internal static BinaryMasks Own(ModelShape shape, bool[] kept) => new(shape, kept);
}
