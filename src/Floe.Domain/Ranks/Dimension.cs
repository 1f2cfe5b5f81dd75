using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>One thing that a search varies: a closed list of kinds. Its values are counted by their places, from 0.</summary>
internal abstract record Dimension
{
    private Dimension(string name) => Name = name;

    /// <summary>Its name, such as <c>rank</c>.</summary>
    public string Name { get; }

    /// <summary>Where it is there at all; always, without a condition.</summary>
    public Option<Condition> When { get; init; }

    /// <summary>Every whole number of a range.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Range">The numbers.</param>
    public sealed record Whole(string Name, RankRange Range) : Dimension(Name);

    /// <summary>One of several words without an order.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Words">The words, each once.</param>
    public sealed record Choice(string Name, Arr<string> Words) : Dimension(Name);

    /// <summary>How many values it has.</summary>
    public int Count => this switch
    {
        Whole whole => whole.Range.Count,
        Choice choice => choice.Words.Count,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The value at a place as text.</summary>
    /// <param name="place">From 0 to <see cref="Count"/> − 1.</param>
    public string Text(int place) => this switch
    {
        Whole whole => (whole.Range.Low + place).ToString(System.Globalization.CultureInfo.InvariantCulture),
        Choice choice => choice.Words[place],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The value at a place as a study file holds it: the number itself, or the place of a word.</summary>
    /// <param name="place">From 0 to <see cref="Count"/> − 1.</param>
    public double Stored(int place) => this is Whole whole ? whole.Range.Low + place : place;

    /// <summary>The place of a stored value; None where this dimension does not have it.</summary>
    /// <param name="stored">As <see cref="Stored"/> gives it.</param>
    public Option<int> Place(double stored)
    {
        double place = this is Whole whole ? stored - whole.Range.Low : stored;
        return place >= 0 && place < Count && place == Math.Floor(place) ? Some((int)place) : None;
    }
}

/// <summary>A dimension is there only where an earlier one has one of some values.</summary>
/// <param name="Dimension">The earlier one's name.</param>
/// <param name="Values">Its values as text.</param>
internal sealed record Condition(string Dimension, Arr<string> Values);
