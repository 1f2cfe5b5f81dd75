namespace Floe.Pretraining.Corpora;

/// <summary>Lists of things and of kinds of things, and look-ups in small tables.</summary>
internal static class Lists
{
    private static readonly (string Kind, string[] Words)[] Kinds =
    [
        ("animals", [.. Lexicon.Animals.Select(noun => noun.One)]),
        ("foods", [.. Lexicon.Foods.Select(noun => noun.One)]),
        ("things", [.. Lexicon.Things.Select(noun => noun.One)]),
        ("places", [.. Lexicon.Places.Select(place => place.Name)]),
        ("colours", Lexicon.Colours),
    ];

    /// <summary>Shopping lists, members of a kind, the odd one out, positions in a list.</summary>
    public static string List(Dice dice)
    {
        (string kind, string[] words) = dice.Pick(Kinds);
        string[] some = dice.Several(words, dice.Between(3, 6));
        int at = dice.Below(some.Length);
        string name = dice.Pick(Lexicon.Names);
        switch (dice.Below(6))
        {
            case 0:
                Noun[] bought = dice.Several([.. Lexicon.Foods, .. Lexicon.Things], dice.Between(3, 6));
                string rows = string.Concat(bought.Select(noun => $"\n- {noun.Counted(dice.Between(1, 9))}"));
                return $"{name}'s list for the {dice.Pick(Lexicon.Places).Name}:{rows}\nThere are {bought.Length} lines on the list.";
            case 1:
                return $"{Lexicon.Capital(kind)}: {string.Join(", ", some)}.";
            case 2:
                int index = System.Array.FindIndex(Kinds, entry => entry.Kind == kind);
                (string other, string[] others) = Kinds[(index + dice.Between(1, Kinds.Length - 1)) % Kinds.Length];
                string odd = dice.Pick(others);
                string[] mixed = dice.Several([.. some, odd], some.Length + 1);
                return $"Which one is not like the others: {Lexicon.Row(mixed)}? The {odd}. It is one of the {other}, and the rest are "
                    + $"{kind}.";
            case 3:
                return $"{string.Join(", ", some)}. The first is {some[0]}, the last is {some[^1]}.";
            case 4:
                return $"1. {some[0]}\n2. {some[1]}\n3. {some[2]}\nNumber {(at % 3) + 1} is {some[at % 3]}.";
            default:
                return $"{name} likes {Lexicon.Row(some)}. These are {kind}.";
        }
    }

    /// <summary>Keys with values, and what some keys have.</summary>
    public static string LookUp(Dice dice)
    {
        int rows = dice.Between(3, 6);
        string[] names = dice.Several(Lexicon.Names, rows);
        string[] values = dice.Below(3) switch
        {
            0 => [.. dice.Several(Lexicon.Animals, rows).Select(noun => noun.One)],
            1 => dice.Several(Lexicon.Colours, rows),
            _ => [.. Enumerable.Range(0, rows).Select(_ => $"{dice.Between(1, 99)}")],
        };
        int[] asked = dice.Several([.. Enumerable.Range(0, rows)], dice.Between(1, 3));
        int form = dice.Below(4);
        string table = string.Join(form == 3 ? " " : "\n", Enumerable.Range(0, rows).Select(at => Entry(form, names[at], values[at])));
        string answers = string.Join(form == 3 ? " " : "\n", asked.Select(at => Answer(form, names[at], values[at])));
        return $"{table}{(form == 3 ? " " : "\n")}{answers}";
    }

    private static string Entry(int form, string name, string value) => form switch
    {
        0 => $"{name}: {value}",
        1 => $"| {name} | {value} |",
        2 => $"{name} = {value}",
        _ => $"{name} has {value}.",
    };

    private static string Answer(int form, string name, string value) => form switch
    {
        0 => $"What does {name} have? {value}",
        1 => $"? {name} | {value}",
        2 => $"print({name}) gives {value}",
        _ => $"So {name} has {value}.",
    };
}
