namespace Floe.Domain.Ranks;

/// <summary>One point of a search space: a place in every dimension, −1 where the dimension is not there. Points are equal by their
/// places.</summary>
internal sealed class Point : IEquatable<Point>
{
    /// <summary>Stands for a dimension that is not there.</summary>
    public const int Absent = -1;

    private readonly int[] places;

    internal Point(int[] places) => this.places = places;

    /// <summary>The place in a dimension, or <see cref="Absent"/>.</summary>
    /// <param name="dimension">The dimension's number in its space.</param>
    public int this[int dimension] => places[dimension];

    /// <summary>How many dimensions the space has.</summary>
    public int Count => places.Length;

    /// <inheritdoc/>
    public bool Equals(Point? other) => other is not null && places.AsSpan().SequenceEqual(other.places);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Point);

    /// <inheritdoc/>
    public override int GetHashCode() => places.Aggregate(17, (hash, place) => unchecked((hash * 31) + place));

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', places);
}
