namespace Floe.Pretraining.Corpora;

/// <summary>Somebody in a story.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">Such as <c>girl</c> or <c>fox</c>.</param>
/// <param name="She">Pronoun: she or he.</param>
/// <param name="Her">Possessive: her or his.</param>
internal readonly record struct Person(string Name, string Kind, string She, string Her)
{
    /// <summary>The pronoun as an object.</summary>
    public string Them => She == "she" ? "her" : "him";
}

/// <summary>Who and what a story is about. What is said once stays so to its end.</summary>
/// <param name="Hero">The main character.</param>
/// <param name="Friend">A second one.</param>
/// <param name="Place">Where it happens.</param>
/// <param name="Elsewhere">Another place.</param>
/// <param name="Thing">A thing with its colour, such as <c>red kite</c>.</param>
/// <param name="Food">Something to eat.</param>
internal sealed record Cast(Person Hero, Person Friend, Place Place, Place Elsewhere, string Thing, Noun Food)
{
    /// <summary>Draws a cast; no two parts are alike.</summary>
    public static Cast Draw(Dice dice)
    {
        string[] names = dice.Several(Lexicon.Names, 2);
        Place[] places = dice.Several(Lexicon.Places, 2);
        return new Cast(
            Somebody(dice, names[0]),
            Somebody(dice, names[1]),
            places[0],
            places[1],
            $"{dice.Pick(Lexicon.Colours)} {dice.Pick(Lexicon.Things).One}",
            dice.Pick(Lexicon.Foods));
    }

    private static Person Somebody(Dice dice, string name)
    {
        bool girl = Lexicon.Girls.Contains(name);
        string kind = dice.Chance(55) ? (girl ? "girl" : "boy") : dice.Pick(Lexicon.Animals).One;
        return new Person(name, kind, girl ? "she" : "he", girl ? "her" : "his");
    }
}
