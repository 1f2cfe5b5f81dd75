using LanguageExt;
using Parquet.Meta;
using static LanguageExt.Prelude;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables.Guard;

/// <summary>Makes columns of the elements of a schema, which stores its tree in the order of a walk with the number of children at each
/// group.</summary>
internal static class SchemaTree
{
    private const int MostDepth = 64;

    /// <summary>The columns of a schema.</summary>
    /// <param name="nodes">Its elements, the root first.</param>
    /// <returns>Columns and groups at the top, and the stored columns, each in the schema's order.</returns>
    public static (Arr<TopColumn> Columns, Leaf[] Leaves) Build(IReadOnlyList<SchemaNode> nodes)
    {
        TableFault.Unless(nodes.Count > 0 && nodes[0].Type is null, "a schema with a root", "none");
        List<TopColumn> columns = [];
        List<Leaf> leaves = [];
        Stack<(Arr<string> Path, int Left)> open = new();
        open.Push((Arr<string>.Empty, Children(nodes[0], nodes.Count)));
        for (int i = 1; i < nodes.Count; i++)
        {
            while (open.TryPeek(out (Arr<string> Path, int Left) full) && full.Left == 0)
            {
                open.Pop();
            }

            TableFault.Unless(open.Count > 0, "every column in a group of the schema", "one outside");
            (Arr<string> parent, int left) = open.Pop();
            open.Push((parent, left - 1));
            SchemaNode node = nodes[i];
            Arr<string> path = parent.Add(node.Name);
            TableFault.Unless(path.Count <= MostDepth, "at most 64 levels of columns", "more");
            bool flat = path.Count == 1 && node.Type is not null && node.Repetition != FieldRepetitionType.REPEATED;
            if (path.Count == 1)
            {
                columns.Add(
                    new TopColumn(node.Name, node.Repetition != FieldRepetitionType.REQUIRED, Kind(node), flat ? leaves.Count : -1));
            }

            if (node.Type is { } type)
            {
                TableFault.Unless(node.Children == 0, "a column or a group", "an element of the schema that is both");
                TableFault.Unless(type != Type.FIXED_LEN_BYTE_ARRAY || node.Length > 0, "the length of values of a fixed length", "none");
                leaves.Add(new Leaf(path, type, node.Length, node.Repetition == FieldRepetitionType.OPTIONAL, flat, node.Annotation));
            }
            else
            {
                open.Push((path, Children(node, nodes.Count - i)));
            }
        }

        TableFault.Unless(open.All(group => group.Left == 0), "a schema as long as its groups say", "one that ends before");
        return (toArray(columns), [.. leaves]);
    }

    private static int Children(SchemaNode group, int left)
    {
        TableFault.Unless(group.Children > 0 && group.Children < left, "groups with as many columns as they say", "another number");
        return group.Children;
    }

    private static string Kind(SchemaNode node) => node.Annotation switch
    {
        { Meaning: Meaning.None, Size: SchemaReader.ListGroup } => "List",
        { Meaning: Meaning.None, Size: SchemaReader.MapGroup } => "Map",
        _ => node.Repetition == FieldRepetitionType.REPEATED ? "List" : "Struct",
    };
}
