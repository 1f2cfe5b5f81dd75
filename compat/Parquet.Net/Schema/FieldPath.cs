namespace Parquet.Schema;

/// <summary>Names from the root of the schema to a column.</summary>
public sealed class FieldPath : IEquatable<FieldPath>
{
    private readonly string[] parts;

    public FieldPath(string firstPart)
        : this([firstPart])
    {
    }

    public FieldPath(IEnumerable<string> parts) => this.parts = [.. parts];

    public FieldPath(params string[] parts)
        : this((IEnumerable<string>)parts)
    {
    }

    public int Length => parts.Length;

    public string? FirstPart => parts.Length == 0 ? null : parts[0];

    public string this[int i] => parts[i];

    public List<string> ToList() => [.. parts];

    public bool Equals(FieldPath? other) => other is not null && parts.AsSpan().SequenceEqual(other.parts);

    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (string part in parts)
        {
            hash.Add(part, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join('/', parts);
}
