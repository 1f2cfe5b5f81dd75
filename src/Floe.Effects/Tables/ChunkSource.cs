using Floe.Effects.Tables.Guard;

namespace Floe.Effects.Tables;

/// <summary>The stored values of one flat column in some row groups; each chunk goes through the guard before the library sees
/// it.</summary>
/// <param name="File">The file.</param>
/// <param name="Admitted">What the library sees of it.</param>
/// <param name="Library">The opened file.</param>
/// <param name="Layout">What the file says of itself.</param>
/// <param name="Index">The column, among the stored ones.</param>
/// <param name="Parts">The row groups to read.</param>
internal sealed record ChunkSource(Stream File, AdmittedStream Admitted, Library Library, TableLayout Layout, int Index, Range Parts)
{
    /// <summary>The row group that was read last, or that is being read.</summary>
    public int? Current { get; private set; }

    /// <summary>The column.</summary>
    public Leaf Leaf => Layout.Leaves[Index];

    /// <summary>Row groups with rows, and how many.</summary>
    public IEnumerable<(int Group, int Rows)> Groups =>
        Enumerable.Range(0, Layout.Groups.Length)
            .Take(Parts)
            .Select(group => (group, (int)Layout.Groups[group].Rows))
            .Where(group => group.Item2 > 0);

    /// <summary>Rows of all of them.</summary>
    public int Rows => checked((int)Groups.Sum(group => (long)group.Rows));

    /// <summary>Reads the stored values of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="values">Takes the values that are there, one after the other.</param>
    /// <param name="levels">Takes 1 for each row with a value and 0 for one without; null for a column that is never without.</param>
    /// <typeparam name="T">The library's type of stored values.</typeparam>
    public void Read<T>(int group, Memory<T> values, int[]? levels)
        where T : struct
    {
        Current = group;
        ChunkPlace chunk = Layout.Groups[group].Chunks[Index];
        Admitted.Admit((chunk.Start, ColumnGuard.Read(File, Leaf, chunk)));
        Library.Read(group, Index, values, levels);
    }
}
