namespace Floe.Pretraining.Corpora;

/// <summary>Small stories: an opening, one of several plots and an ending, told about one cast.</summary>
internal static class Stories
{
    private static readonly Func<Dice, Cast, string>[] Plots =
    [
        StoryPlots.Lost, StoryPlots.Shared, StoryPlots.Storm, StoryPlots.Noise, StoryPlots.Made,
        StoryPlots.Heavy, StoryPlots.Learnt, StoryPlots.Swapped, StoryPlots.Visit, StoryPlots.Race,
    ];

    /// <summary>Tells one story; sometimes questions about it follow.</summary>
    public static string Document(Dice dice)
    {
        Cast cast = Cast.Draw(dice);
        string story = $"{Opening(dice, cast)} {dice.Pick(Plots)(dice, cast)} {Ending(dice, cast)}";
        return dice.Chance(20) ? $"{story}\n{Questions(dice, cast)}" : story;
    }

    private static string Opening(Dice dice, Cast cast)
    {
        Person hero = cast.Hero;
        string nature = dice.Pick("little", "kind", "brave", "shy", "clever", "funny", "quiet", "curious", "young", "small");
        string time = dice.Pick("Once upon a time,", "Long ago,", "One day,", "There was a time when");
        string first = dice.Below(4) switch
        {
            0 => $"{time} there was {Lexicon.A(nature)} {hero.Kind} named {hero.Name}.",
            1 => $"{time} {Lexicon.A(nature)} {hero.Kind} named {hero.Name} lived near the {cast.Place.Name}.",
            2 => $"{hero.Name} was {Lexicon.A(nature)} {hero.Kind}.",
            _ => $"{hero.Name} the {hero.Kind} was very {nature}.",
        };
        string second = dice.Below(4) switch
        {
            0 => $"{Lexicon.Capital(hero.She)} loved to play {cast.Place.In} {cast.Place.Name}.",
            1 => $"Every {dice.Pick("morning", "day", "evening", Lexicon.Days[dice.Below(7)])} {hero.She} went to the {cast.Place.Name}.",
            2 => $"{Lexicon.Capital(hero.Her)} best friend was {Lexicon.A(cast.Friend.Kind)} named {cast.Friend.Name}.",
            _ => $"{Lexicon.Capital(hero.She)} had {Lexicon.A(cast.Thing)} and liked it very much.",
        };
        return $"{first} {second}";
    }

    private static string Ending(Dice dice, Cast cast)
    {
        string hero = cast.Hero.Name;
        string friend = cast.Friend.Name;
        return dice.Below(8) switch
        {
            0 => $"{hero} and {friend} were happy and played until the sun went down.",
            1 => $"From that day on, {hero} and {friend} were the best of friends.",
            2 => $"{hero} went home and told {cast.Hero.Her} mother all about it.",
            3 => $"That night {hero} slept very well.",
            4 => $"{hero} smiled, because {cast.Hero.She} knew that {Moral(dice)}.",
            5 => $"\"{dice.Pick("What a day", "That was fun", "I will never forget this")}!\" said {hero}.",
            6 => $"And {friend} said, \"Let us come back {dice.Pick("tomorrow", "soon", "next week")}.\"",
            _ => $"They all laughed and ate {cast.Food.Many} together.",
        };
    }

    private static string Moral(Dice dice) =>
        dice.Pick("friends help each other", "it is good to share", "it is fine to ask for help", "trying again is what counts");

    private static string Questions(Dice dice, Cast cast) => dice.Below(3) switch
    {
        0 => $"Question: What kind of animal or child was {cast.Hero.Name}? Answer: {Lexicon.A(cast.Hero.Kind)}.",
        1 => $"Question: Who was in the story? Answer: {cast.Hero.Name} and {cast.Friend.Name}.",
        _ => $"Question: Who was the story about? Answer: {cast.Hero.Name}.",
    };
}
