using LanguageExt;
using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables.Guard;

/// <summary>What a value of a stored column means.</summary>
internal enum Meaning
{
    None,
    Text,
    Signed,
    Unsigned,
    Decimal,
    Half,
    Guid,
    Date,
    Time,
    Timestamp,
}

/// <summary>How the bytes of a column are to be understood.</summary>
/// <param name="Meaning">What a value means.</param>
/// <param name="Size">Bits of an integer, places of a decimal behind the point, or nanoseconds in one unit of a point in time.</param>
internal readonly record struct Annotation(Meaning Meaning, long Size = 0);

/// <summary>One element of the schema as stored: a column or a group of columns.</summary>
internal sealed record SchemaNode(string Name, Type? Type, int Length, FieldRepetitionType Repetition, int Children, Annotation Annotation);

/// <summary>A stored column.</summary>
/// <param name="Path">Its name, with those of the groups around it before it.</param>
/// <param name="Type">How a value is stored.</param>
/// <param name="Length">Bytes of a value of a fixed length.</param>
/// <param name="IsNullable">Whether rows may be without a value.</param>
/// <param name="IsFlat">Whether every row has one value or none, by itself and not inside a group.</param>
/// <param name="Annotation">What a value means.</param>
internal sealed record Leaf(Arr<string> Path, Type Type, int Length, bool IsNullable, bool IsFlat, Annotation Annotation);

/// <summary>A column or a group of columns at the top of the schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsNullable">Whether rows may be without it.</param>
/// <param name="Kind">What a group is: List, Map or Struct.</param>
/// <param name="Flat">The place among the stored columns of one that is flat; −1 of any other.</param>
internal sealed record TopColumn(string Name, bool IsNullable, string Kind, int Flat);

/// <summary>The values of one column in one row group: where they lie and what the file says of them.</summary>
internal sealed record ChunkPlace(
    Arr<string> Path, Type Type, CompressionCodec Codec, long Values, long Start, long Length, bool IsEncrypted, bool IsElsewhere);

/// <summary>A row group: its rows and a chunk for each stored column.</summary>
internal sealed record GroupPlace(long Rows, ChunkPlace[] Chunks);

/// <summary>What the end of a Parquet file says of it, checked against itself and against the file's length.</summary>
/// <param name="Columns">Columns and groups at the top of the schema.</param>
/// <param name="Leaves">Stored columns.</param>
/// <param name="Groups">Row groups.</param>
/// <param name="Metadata">Key-value metadata; of a key that is given twice the first.</param>
internal sealed record TableLayout(
    Arr<TopColumn> Columns, Leaf[] Leaves, GroupPlace[] Groups, IReadOnlyDictionary<string, string> Metadata);
