namespace Parquet.Schema;

public enum SchemaType
{
    Data,
    Map,
    Struct,
    List,
}

/// <summary>One node of a schema.</summary>
public abstract class Field
{
    protected Field(string name, SchemaType schemaType)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        SchemaType = schemaType;
        Path = new FieldPath([name]);
    }

    public SchemaType SchemaType { get; }

    public string Name { get; }

    public FieldPath Path { get; internal set; }

    public virtual bool IsNullable { get; internal set; }

    public int MaxRepetitionLevel { get; internal set; }

    public int MaxDefinitionLevel { get; internal set; }

    internal virtual IReadOnlyList<Field> Children => [];

    public override string ToString() => $"{Path} ({SchemaType})";

    public override bool Equals(object? obj) => obj is Field other && SchemaType == other.SchemaType && Path.Equals(other.Path);

    public override int GetHashCode() => Path.GetHashCode();
}

/// <summary>A group of named fields.</summary>
public class StructField : Field
{
    private readonly List<Field> fields;

    public StructField(string name, params Field[] elements)
        : this(name, SchemaType.Struct, elements)
    {
    }

    internal StructField(string name, SchemaType kind, IEnumerable<Field> elements)
        : base(name, kind) => fields = [.. elements];

    public IReadOnlyList<Field> Fields => fields;

    internal override IReadOnlyList<Field> Children => fields;

    internal void Add(Field field) => fields.Add(field);
}

/// <summary>A list; its elements are nested columns.</summary>
public class ListField : StructField
{
    internal ListField(string name)
        : base(name, SchemaType.List, [])
    {
    }
}

/// <summary>A map; its keys and values are nested columns.</summary>
public class MapField : StructField
{
    internal MapField(string name)
        : base(name, SchemaType.Map, [])
    {
    }
}
