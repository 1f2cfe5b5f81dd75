namespace Floe.Pretraining.Corpora;

/// <summary>Short texts about a few people, with questions that the text answers.</summary>
internal static class Reading
{
    private readonly record struct Fact(string Name, string Colour, string Thing, Place Place);

    /// <summary>Two or three sentences, each about somebody, something and somewhere else, and two or three questions with
    /// answers.</summary>
    public static string Document(Dice dice)
    {
        int count = dice.Between(2, 3);
        string[] names = dice.Several(Lexicon.Names, count);
        string[] colours = dice.Several(Lexicon.Colours, count);
        Noun[] things = dice.Several(Lexicon.Things, count);
        Place[] places = dice.Several(Lexicon.Places, count);
        Fact[] facts = [.. Enumerable.Range(0, count).Select(at => new Fact(names[at], colours[at], things[at].One, places[at]))];
        string text = string.Join(' ', facts.Select(fact => Sentence(dice, fact)));
        return $"{text}\n{string.Join('\n', Enumerable.Range(0, dice.Between(2, 3)).Select(_ => Question(dice, dice.Pick(facts))))}";
    }

    private static string Sentence(Dice dice, Fact fact) => dice.Below(4) switch
    {
        0 => $"{fact.Name} is {fact.Place.In} {fact.Place.Name} with {Lexicon.A(fact.Colour)} {fact.Thing}.",
        1 => $"{fact.Name} has {Lexicon.A(fact.Colour)} {fact.Thing} {fact.Place.In} {fact.Place.Name}.",
        2 => $"{Lexicon.Capital(fact.Place.In)} {fact.Place.Name}, {fact.Name} plays with {Lexicon.A(fact.Colour)} {fact.Thing}.",
        _ => $"The {fact.Colour} {fact.Thing} {fact.Place.In} {fact.Place.Name} is for {fact.Name}.",
    };

    private static string Question(Dice dice, Fact fact) => dice.Below(6) switch
    {
        0 => $"Who has the {fact.Thing}? {fact.Name}.",
        1 => $"Where is {fact.Name}? {Lexicon.Capital(fact.Place.In)} {fact.Place.Name}.",
        2 => $"What does {fact.Name} have? {Lexicon.Capital(Lexicon.A(fact.Colour))} {fact.Thing}.",
        3 => $"What colour is the {fact.Thing}? {Lexicon.Capital(fact.Colour)}.",
        4 => $"Where is the {fact.Thing}? {Lexicon.Capital(fact.Place.In)} {fact.Place.Name}.",
        _ => $"Who is {fact.Place.In} {fact.Place.Name}? {fact.Name}.",
    };
}
