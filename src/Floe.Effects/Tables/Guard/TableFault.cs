namespace Floe.Effects.Tables.Guard;

/// <summary>What is wrong in a Parquet file. Thrown where it is met and translated at the one edge of tables; never seen outside.</summary>
internal sealed class TableFault : Exception
{
    private TableFault(bool isUnsupported, string expected, string found)
        : base($"expected {expected}, found {found}")
    {
        (IsUnsupported, Expected, Found) = (isUnsupported, expected, found);
    }

    /// <summary>Whether the file may be sound, but asks for something that Floe does not read.</summary>
    public bool IsUnsupported { get; }

    /// <summary>What belongs there, or what Floe reads instead.</summary>
    public string Expected { get; }

    /// <summary>What is there, or what Floe does not read.</summary>
    public string Found { get; }

    /// <summary>Data that contradicts itself or the format.</summary>
    public static TableFault Damaged(string expected, string found) => new(false, expected, found);

    /// <summary>Sound data of a kind that Floe does not read.</summary>
    public static TableFault Unsupported(string feature, string supported) => new(true, supported, feature);

    /// <summary>Refuses what does not hold; for constant texts, since they are made whether or not it holds.</summary>
    public static void Unless(bool holds, string expected, string found)
    {
        if (!holds)
        {
            throw Damaged(expected, found);
        }
    }
}
