namespace Floe.Pretraining.Corpora;

/// <summary>A place, with the preposition that goes before it.</summary>
/// <param name="Name">Such as <c>garden</c>.</param>
/// <param name="In">Such as <c>in the</c>.</param>
internal readonly record struct Place(string Name, string In);

/// <summary>A thing that can be counted.</summary>
/// <param name="One">Its name.</param>
/// <param name="Many">Its plural.</param>
internal readonly record struct Noun(string One, string Many)
{
    /// <summary>A number of them, in digits.</summary>
    public string Counted(int count) => $"{count} {(count == 1 ? One : Many)}";
}

/// <summary>The words of the corpus. No word is in two of the kinds that the task of tags tells apart.</summary>
internal static class Lexicon
{
    public static readonly string[] Girls =
        ["Lily", "Anna", "Mia", "Sara", "Emma", "Nora", "Zoe", "Ella", "Ruby", "Clara", "Ivy", "Rosa", "Lucy", "Maya", "Alma", "June",
            "Tess", "Vera", "Dora", "Kim"];

    public static readonly string[] Boys =
        ["Tom", "Ben", "Max", "Sam", "Leo", "Finn", "Jack", "Noah", "Oscar", "Hugo", "Paul", "Adam", "Theo", "Felix", "Milo", "Otto",
            "Carl", "Ned", "Luke", "Omar"];

    public static readonly string[] Colours = [
        "red", "blue", "green", "yellow", "white", "black", "brown", "pink", "purple", "orange", "grey", "golden"];

    public static readonly Noun[] Animals =
    [
        new("cat", "cats"), new("dog", "dogs"), new("fox", "foxes"), new("bear", "bears"), new("rabbit", "rabbits"),
        new("mouse", "mice"), new("owl", "owls"),
        new("frog", "frogs"), new("duck", "ducks"), new("horse", "horses"), new("cow", "cows"), new("pig", "pigs"),
        new("sheep", "sheep"), new("goat", "goats"),
        new("hen", "hens"), new("squirrel", "squirrels"), new("turtle", "turtles"), new("lion", "lions"), new("tiger", "tigers"),
        new("monkey", "monkeys"),
        new("snail", "snails"), new("hedgehog", "hedgehogs"), new("deer", "deer"), new("wolf", "wolves"), new("crow", "crows"),
        new("otter", "otters"),
    ];

    public static readonly Noun[] Foods =
    [
        new("apple", "apples"), new("pear", "pears"), new("plum", "plums"), new("cake", "cakes"), new("cookie", "cookies"),
        new("egg", "eggs"), new("carrot", "carrots"),
        new("tomato", "tomatoes"), new("lemon", "lemons"), new("banana", "bananas"), new("cherry", "cherries"), new("grape", "grapes"),
        new("nut", "nuts"), new("peach", "peaches"),
        new("potato", "potatoes"), new("onion", "onions"), new("bean", "beans"), new("pie", "pies"), new("bun", "buns"),
        new("melon", "melons"), new("berry", "berries"), new("sandwich", "sandwiches"),
    ];

    public static readonly Noun[] Things =
    [
        new("ball", "balls"), new("kite", "kites"), new("doll", "dolls"), new("drum", "drums"), new("puzzle", "puzzles"),
        new("boat", "boats"), new("train", "trains"),
        new("book", "books"), new("hat", "hats"), new("cup", "cups"), new("lamp", "lamps"), new("key", "keys"), new("bell", "bells"),
        new("basket", "baskets"), new("bottle", "bottles"),
        new("box", "boxes"), new("coat", "coats"), new("shoe", "shoes"), new("pencil", "pencils"), new("rope", "ropes"),
        new("stone", "stones"), new("ring", "rings"), new("spoon", "spoons"),
        new("blanket", "blankets"), new("bucket", "buckets"), new("flute", "flutes"), new("wagon", "wagons"), new("scarf", "scarves"),
    ];

    public static readonly Place[] Places =
    [
        new("garden", "in the"), new("park", "in the"), new("forest", "in the"), new("kitchen", "in the"), new("school", "at the"),
        new("beach", "at the"), new("river", "by the"),
        new("lake", "by the"), new("farm", "on the"), new("hill", "on the"), new("market", "at the"), new("barn", "in the"),
        new("village", "in the"), new("meadow", "in the"),
        new("library", "in the"), new("bridge", "on the"), new("cave", "in the"), new("island", "on the"), new("station", "at the"),
        new("castle", "in the"), new("yard", "in the"),
        new("tower", "in the"), new("harbour", "at the"), new("mill", "by the"),
    ];

    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>All names.</summary>
    public static readonly string[] Names = [.. Girls, .. Boys];

    /// <summary>A word with <c>a</c> or <c>an</c> before it.</summary>
    public static string A(string words) => (words[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + words;

    /// <summary>A sentence with a capital first letter.</summary>
    public static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    /// <summary>Things in a row, with <c>and</c> before the last.</summary>
    public static string Row(IReadOnlyList<string> things) =>
        things.Count == 1 ? things[0] : string.Join(", ", things.Take(things.Count - 1)) + " and " + things[^1];
}
