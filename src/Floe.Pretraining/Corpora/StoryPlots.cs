namespace Floe.Pretraining.Corpora;

/// <summary>What happens in a story. Each plot keeps to its cast and has parts that vary.</summary>
internal static class StoryPlots
{
    /// <summary>A thing is lost and found.</summary>
    public static string Lost(Dice dice, Cast c)
    {
        string where = dice.Pick(
            "under a tree", "behind a door", "in the tall grass", "next to a big stone", "under a chair", "in an old box");
        string wrong = dice.Pick("under the bed", "behind the house", "in the water", "near the gate", "on the table");
        return $"One day {c.Hero.Name} lost {c.Hero.Her} {c.Thing} {c.Place.In} {c.Place.Name}. {Sad(dice, c.Hero)} "
            + $"\"{dice.Pick("Can you help me", "Will you look with me", "Have you seen it")}?\" {c.Hero.She} asked {c.Friend.Name}. "
            + $"They looked {wrong}, but the {Last(c.Thing)} was not there. Then {c.Friend.Name} looked {where}. "
            + $"\"{dice.Pick("Here it is", "I found it", "Look, there it is")}!\" said {c.Friend.Name}. {c.Hero.Name} took the "
            + $"{c.Thing} and said, \"Thank you!\"";
    }

    /// <summary>Food is shared.</summary>
    public static string Shared(Dice dice, Cast c)
    {
        int all = dice.Between(2, 6) * 2;
        return $"{c.Hero.Name} had {c.Food.Counted(all)}. {c.Friend.Name} came to the {c.Place.Name} and had nothing to eat. "
            + $"\"I am {dice.Pick("so", "very")} hungry,\" said {c.Friend.Name}. {c.Hero.Name} "
            + $"{dice.Pick("thought for a moment", "looked at the food", "smiled")}. "
            + $"{Lexicon.Capital(c.Hero.She)} gave {c.Food.Counted(all / 2)} to {c.Friend.Name} and kept {c.Food.Counted(all / 2)}. "
            + $"\"{dice.Pick("You are very kind", "Thank you so much", "This tastes good")},\" said {c.Friend.Name}.";
    }

    /// <summary>The weather turns.</summary>
    public static string Storm(Dice dice, Cast c)
    {
        string weather = dice.Pick("rain", "snow", "wind");
        string came = weather switch { "rain" => "it began to rain", "snow" => "snow began to fall", _ => "a strong wind came" };
        return $"The sun was {dice.Pick("shining", "warm", "bright")} when {c.Hero.Name} and {c.Friend.Name} went to the {c.Place.Name}. "
            + $"But then the sky grew dark and {came}. \"{dice.Pick("We must hide", "Let us run", "We need to go in")},\" said "
            + $"{c.Friend.Name}. "
            + $"They ran to the {c.Elsewhere.Name} and waited there. {Lexicon.Capital(c.Hero.She)} held {c.Friend.Name}'s hand. "
            + $"After a while the {weather} stopped, and "
            + $"{dice.Pick("there was a rainbow over the", "all was quiet at the", "the sun came back to the")} {c.Place.Name}.";
    }

    /// <summary>A noise turns out to be harmless.</summary>
    public static string Noise(Dice dice, Cast c)
    {
        string noise = dice.Pick("a loud bang", "a soft cry", "a strange song", "a scratching noise", "three knocks");
        return $"One night {c.Hero.Name} heard {noise}. It came from the {c.Elsewhere.Name}. {Lexicon.Capital(c.Hero.She)} was "
            + $"{dice.Pick("afraid", "scared", "a bit afraid")}, "
            + $"but {c.Hero.She} took a lamp and went to see. \"Who is there?\" {c.Hero.She} {dice.Pick("called", "asked", "whispered")}. "
            + $"It was only {c.Friend.Name} the {c.Friend.Kind}. "
            + $"\"{dice.Pick("I lost my way", "I cannot find my house", "I am cold and tired")},\" said {c.Friend.Name}. "
            + $"{c.Hero.Name} gave {c.Friend.Them} {Lexicon.A(c.Food.One)} and showed {c.Friend.Them} the way home.";
    }

    /// <summary>Something is made as a gift.</summary>
    public static string Made(Dice dice, Cast c)
    {
        string trouble = dice.Pick("it broke", "it fell down", "it was too small", "the colour was wrong");
        return $"{c.Hero.Name} wanted to make {Lexicon.A(c.Thing)} for {c.Friend.Name}. {Lexicon.Capital(c.Hero.She)} worked "
            + $"{c.Place.In} {c.Place.Name} all {dice.Pick("day", "morning", "afternoon")}. "
            + $"At first {trouble}. {Sad(dice, c.Hero)} But {c.Hero.She} did not give up. {Lexicon.Capital(c.Hero.She)} tried again, "
            + $"and this time it was {dice.Pick("good", "perfect", "just right")}. "
            + $"\"This is for you,\" {c.Hero.She} said. {c.Friend.Name} took the {c.Thing} and "
            + $"{dice.Pick("jumped for joy", "hugged " + c.Hero.Them, "laughed")}.";
    }

    /// <summary>A load is too heavy for one.</summary>
    public static string Heavy(Dice dice, Cast c)
    {
        string load = dice.Pick("a big box", "a heavy bag", "a basket full of " + c.Food.Many, "a long log", "a cart");
        return $"{c.Friend.Name} the {c.Friend.Kind} had to bring {load} to the {c.Elsewhere.Name}, but it was too heavy. "
            + $"\"{dice.Pick("I cannot do this alone", "Oh no, I will be late", "This is too hard")},\" said {c.Friend.Name}. "
            + $"{c.Hero.Name} came by and said, "
            + $"\"{dice.Pick("Let me help you", "We can do it together", "I will push and you will pull")}.\" "
            + $"They {dice.Pick("pushed and pulled", "took it step by step", "carried it together")} and soon they were "
            + $"{c.Elsewhere.In} {c.Elsewhere.Name}. "
            + $"{c.Friend.Name} gave {c.Hero.Name} some {c.Food.Many} to say thank you.";
    }

    /// <summary>Something is learnt by trying.</summary>
    public static string Learnt(Dice dice, Cast c)
    {
        string skill = dice.Pick("swim", "whistle", "climb", "dance", "sing", "read", "paint", "ride a bike");
        int days = dice.Between(2, 9);
        return $"{c.Hero.Name} wanted to learn to {skill}. \"It is {dice.Pick("too hard for me", "not easy", "so hard")},\" "
            + $"{c.Hero.She} said. "
            + $"\"{dice.Pick("Just try", "Do not give up", "I will show you")},\" said {c.Friend.Name}. So {c.Hero.She} tried every "
            + $"day {c.Place.In} {c.Place.Name}. "
            + $"On the first day {c.Hero.She} could not do it. After {days} days {c.Hero.She} could {skill} "
            + $"{dice.Pick("very well", "like a bird in spring", "better than " + c.Friend.Name)}.";
    }

    /// <summary>Two things are swapped.</summary>
    public static string Swapped(Dice dice, Cast c)
    {
        int many = dice.Between(2, 9);
        return $"{c.Hero.Name} had {Lexicon.A(c.Thing)}, and {c.Friend.Name} had {c.Food.Counted(many)}. "
            + $"\"{dice.Pick("Shall we swap", "Do you want to trade", "Will you swap with me")}?\" asked {c.Friend.Name}. "
            + $"{c.Hero.Name} {dice.Pick("nodded", "thought about it and said yes", "did not think twice")}. Now {c.Hero.Name} had "
            + $"{c.Food.Counted(many)}, and {c.Friend.Name} had the {c.Thing}. "
            + $"Both of them were {dice.Pick("glad", "happy", "pleased")}.";
    }

    /// <summary>A visit with a gift.</summary>
    public static string Visit(Dice dice, Cast c)
    {
        string day = dice.Pick(Lexicon.Days);
        return $"On {day} {c.Hero.Name} went from the {c.Place.Name} to the {c.Elsewhere.Name} to see {c.Friend.Name}. "
            + $"{Lexicon.Capital(c.Hero.She)} brought {Lexicon.A(c.Thing)} and some {c.Food.Many}. "
            + $"\"{dice.Pick("Come in", "How nice to see you", "Good morning")}!\" said {c.Friend.Name}. "
            + $"They {dice.Pick("drank tea", "played a game", "sang songs", "told stories")} and ate the {c.Food.Many}. "
            + $"{c.Friend.Name} put the {c.Thing} {dice.Pick("on the table", "on the shelf", "next to the window", "by the door")}.";
    }

    /// <summary>A race that the slower one does not lose badly.</summary>
    public static string Race(Dice dice, Cast c) =>
        $"\"{dice.Pick("I am faster than you", "Let us race", "Who is the fastest")}!\" said {c.Friend.Name}. They ran from the "
        + $"{c.Place.Name} to the {c.Elsewhere.Name}. "
        + $"{c.Friend.Name} ran so fast that {c.Friend.She} {dice.Pick("fell over a stone", "lost a shoe", "took the wrong way")}. "
        + $"{c.Hero.Name} "
        + $"{dice.Pick("stopped and helped " + c.Friend.Them, "waited for " + c.Friend.Them, "came back for " + c.Friend.Them)}. "
        + $"In the end they reached the {c.Elsewhere.Name} {dice.Pick("at the same time", "side by side", "together")}.";

    private static string Sad(Dice dice, Person who) =>
        Lexicon.Capital($"{who.She} {dice.Pick("was very sad", "began to cry", "did not know what to do", "felt bad")}.");

    private static string Last(string thing) => thing[(thing.LastIndexOf(' ') + 1)..];
}
