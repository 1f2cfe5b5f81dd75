using LanguageExt;

namespace Floe.Effects.Tables.Guard;

/// <summary>
/// Reads and checks the end of a Parquet file: its metadata agrees with itself, every chunk of a column lies in the file and none on
/// another, and its rows are not more than a file of that length can mean.
/// </summary>
internal static class Footer
{
    // "PAR1" before the data; the metadata's length and "PAR1" after it.
    private const int Head = 4;
    private const int Tail = 8;

    // Run lengths let one byte stand for many values. A table whose rows differ needs far more than a byte for so many, so a larger claim
    // is damage.
    private const long FreeValues = 1 << 21;
    private const long ValuesPerByte = 64;

    /// <summary>Reads the end of a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="admitted">Shows the library the bytes that were checked.</param>
    /// <returns>What the file says of itself.</returns>
    public static TableLayout Read(Stream stream, AdmittedStream admitted)
    {
        long length = stream.Length;
        byte[] ends = new byte[Head + Tail];
        if (length >= ends.Length)
        {
            stream.Seek(0, SeekOrigin.Begin);
            stream.ReadExactly(ends, 0, Head);
            stream.Seek(-Tail, SeekOrigin.End);
            stream.ReadExactly(ends, Head, Tail);
        }

        if (ends.AsSpan(^4..).SequenceEqual("PARE"u8))
        {
            throw TableFault.Unsupported("an encrypted Parquet file", "files without encryption");
        }

        if (!ends.AsSpan(0, Head).SequenceEqual("PAR1"u8) || !ends.AsSpan(^4..).SequenceEqual("PAR1"u8))
        {
            throw TableFault.Damaged(
                "a Parquet file, which starts and ends with PAR1",
                ends.AsSpan().StartsWith("PAR1"u8)
                    ? $"{length} bytes that only start so: an unfinished save or copy"
                    : $"{length} bytes that do not");
        }

        uint size = BitConverter.ToUInt32(ends, Head);
        if (size == 0 || size > length - Head - Tail)
        {
            throw TableFault.Damaged("metadata within the file", $"{size} bytes claimed in a file of {length}");
        }

        byte[] bytes = new byte[size];
        stream.Seek(-Tail - size, SeekOrigin.End);
        stream.ReadExactly(bytes);
        TableLayout layout = Check(bytes, length - Tail - size);
        admitted.Admit((0, ends.AsMemory(0, Head)), (length - Tail - size, bytes), (length - Tail, ends.AsMemory(Head)));
        return layout;
    }

    private static TableLayout Check(byte[] bytes, long end)
    {
        (List<SchemaNode> schema, List<GroupPlace> groups, List<(string Key, string? Value)> pairs, long rows) = FooterReader.Read(bytes);
        (Arr<TopColumn> columns, Leaf[] leaves) = SchemaTree.Build(schema);
        long most = FreeValues + (ValuesPerByte * (end + bytes.Length)), all = 0;
        List<ChunkPlace> places = [];
        foreach (GroupPlace group in groups)
        {
            if (group.Rows < 0 || group.Rows > (most / leaves.Length) - all)
            {
                throw TableFault.Damaged("as many rows as a file of its length can hold", $"{group.Rows} in one row group");
            }

            all += group.Rows;
            TableFault.Unless(group.Chunks.Length == leaves.Length, "every column in every row group", "another number of columns");
            for (int i = 0; i < leaves.Length; i++)
            {
                Check(leaves[i], group.Chunks[i], group.Rows, end);
                places.Add(group.Chunks[i]);
            }
        }

        TableFault.Unless(all == rows, "as many rows as the row groups have", "another number");
        Apart(places);
        Dictionary<string, string> metadata = [];
        foreach ((string key, string? value) in pairs)
        {
            metadata.TryAdd(key, value ?? "");
        }

        return new TableLayout(columns, leaves, [.. groups], metadata);
    }

    private static void Check(Leaf leaf, ChunkPlace chunk, long rows, long end)
    {
        // Arr's own comparison loads every assembly that this one refers to, TorchSharp too.
        if (!chunk.Path.AsEnumerable().SequenceEqual(leaf.Path) || chunk.Type != leaf.Type)
        {
            throw TableFault.Damaged(
                $"the column `{string.Join('.', leaf.Path)}` of {leaf.Type}", $"`{string.Join('.', chunk.Path)}` of {chunk.Type}");
        }

        if (chunk.IsElsewhere || chunk.IsEncrypted)
        {
            return;
        }

        if (chunk.Values < 0 || (leaf.IsFlat && chunk.Values != rows))
        {
            throw TableFault.Damaged($"a value for each of {rows} rows in column `{string.Join('.', leaf.Path)}`", $"{chunk.Values}");
        }

        if (chunk.Length < 0 || chunk.Start < Head || chunk.Start > end || chunk.Length > end - chunk.Start)
        {
            throw TableFault.Damaged(
                $"the column `{string.Join('.', leaf.Path)}` between bytes {Head} and {end}",
                    $"{chunk.Length} bytes from byte {chunk.Start}");
        }
    }

    private static void Apart(List<ChunkPlace> places)
    {
        ChunkPlace[] ordered = [.. places.Where(p => p.Length > 0 && !p.IsElsewhere && !p.IsEncrypted).OrderBy(p => p.Start)];
        for (int i = 1; i < ordered.Length; i++)
        {
            TableFault.Unless(
                ordered[i - 1].Start + ordered[i - 1].Length <= ordered[i].Start, "columns beside each other", "two on the same bytes");
        }
    }
}
