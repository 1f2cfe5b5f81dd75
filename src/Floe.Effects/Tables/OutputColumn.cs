namespace Floe.Effects.Tables;

/// <summary>A column to be written.</summary>
/// <param name="Name">Its name.</param>
internal abstract record OutputColumn(string Name)
{
    /// <summary>Whole numbers of 32 bits, stored as differences.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row.</param>
    public sealed record Integers(string Name, ReadOnlyMemory<int> Values) : OutputColumn(Name);

    /// <summary>Whole numbers of 64 bits, stored as differences.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row.</param>
    public sealed record Longs(string Name, ReadOnlyMemory<long> Values) : OutputColumn(Name);

    /// <summary>Numbers.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row.</param>
    public sealed record Doubles(string Name, ReadOnlyMemory<double> Values) : OutputColumn(Name);

    /// <summary>Numbers that may be missing.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row, null where missing.</param>
    public sealed record OptionalDoubles(string Name, ReadOnlyMemory<double?> Values) : OutputColumn(Name);

    /// <summary>Yes or no.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row.</param>
    public sealed record Flags(string Name, ReadOnlyMemory<bool> Values) : OutputColumn(Name);

    /// <summary>Texts, few different ones, stored with a dictionary.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">One a row.</param>
    public sealed record Texts(string Name, IReadOnlyCollection<string> Values) : OutputColumn(Name);
}
