namespace Parquet.Schema;

/// <summary>The columns of a file.</summary>
public class ParquetSchema : IEquatable<ParquetSchema>
{
    private readonly Field[] fields;
    private readonly DataField[] leaves;

    public ParquetSchema(IEnumerable<Field> fields)
    {
        this.fields = [.. fields ?? throw new ArgumentNullException(nameof(fields))];
        if (this.fields.Length == 0)
        {
            throw new ArgumentException("at least one field is required", nameof(fields));
        }

        List<DataField> found = [];
        Stack<(Field Field, int Definition, int Repetition)> open = new(this.fields.Reverse().Select(f => (f, 0, 0)));
        while (open.TryPop(out (Field Field, int Definition, int Repetition) at))
        {
            Field field = at.Field;
            bool repeated = field is DataField { IsArray: true };
            field.MaxDefinitionLevel = at.Definition + (field.IsNullable || repeated ? 1 : 0);
            field.MaxRepetitionLevel = at.Repetition + (repeated ? 1 : 0);
            foreach (Field child in field.Children.Reverse())
            {
                open.Push((child, field.MaxDefinitionLevel, field.MaxRepetitionLevel));
            }

            if (field is DataField leaf)
            {
                leaf.IsAttached = true;
                found.Add(leaf);
            }
        }

        leaves = [.. found];
    }

    public ParquetSchema(params Field[] fields)
        : this((IEnumerable<Field>)fields)
    {
    }

    public IReadOnlyList<Field> Fields => fields;

    public DataField[] DataFields => GetDataFields();

    public Field this[int i] => fields[i];

    public DataField[] GetDataFields() => [.. leaves];

    public DataField FindDataField(string path) => FindDataField(new FieldPath([path]));

    public DataField FindDataField(FieldPath path) =>
        Array.Find(leaves, f => f.Path.Equals(path)) ?? throw new ArgumentException($"data field '{path}' not found", nameof(path));

    public bool Equals(ParquetSchema? other) => other is not null && leaves.SequenceEqual(other.leaves);

    public override bool Equals(object? obj) => Equals(obj as ParquetSchema);

    public override int GetHashCode() => leaves.Aggregate(17, (hash, leaf) => HashCode.Combine(hash, leaf));

    internal int IndexOf(DataField field)
    {
        int same = Array.FindIndex(leaves, f => ReferenceEquals(f, field));
        return same >= 0 ? same : Array.FindIndex(leaves, f => f.Path.Equals(field.Path));
    }
}
