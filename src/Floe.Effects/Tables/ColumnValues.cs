namespace Floe.Effects.Tables;

/// <summary>The values of one flat column, of all row groups.</summary>
/// <param name="Name">The column.</param>
/// <param name="Values">One element a row, an array of the column's own type: <c>int[]</c>, <c>double[]</c>, <c>string[]</c>. The element
/// of a row without a value means nothing.</param>
/// <param name="Present">Whether a row has a value; null where all have one.</param>
internal sealed record ColumnValues(string Name, Array Values, bool[]? Present)
{
    /// <summary>The first row without a value, or −1.</summary>
    public int FirstMissing => Present is null ? -1 : Array.IndexOf(Present, false);
}
