namespace Floe.Pretraining.Corpora;

/// <summary>Small programs whose comments say what they print, truthfully.</summary>
internal static class CodeLike
{
    /// <summary>Assignments, functions, loops or conditions.</summary>
    public static string Document(Dice dice)
    {
        string[] names = dice.Several(["a", "b", "c", "n", "x", "y", "z", "total", "size", "count", "left", "sum"], 3);
        int a = dice.Between(0, Numbers.MostAdded);
        int b = dice.Between(0, Numbers.MostAdded);
        int c = dice.Between(2, 9);
        string thing = dice.Pick(Lexicon.Things).One;
        switch (dice.Below(5))
        {
            case 0:
                return $"{names[0]} = {a}\n{names[1]} = {b}\n{names[2]} = {names[0]} + {names[1]}\nprint({names[2]})  # {a + b}";
            case 1:
                string verb = dice.Pick("add", "plus", "grow", "shift");
                return $"def {verb}({names[0]}):\n    return {names[0]} + {c}\n\nprint({verb}({a}))  # {a + c}\nprint({verb}({b}))  # "
                    + $"{b + c}";
            case 2:
                string[] items = [.. dice.Several(Lexicon.Things, 3).Select(noun => noun.One)];
                return $"items = [\"{string.Join("\", \"", items)}\"]\nfor item in items:\n    print(item)\n# {string.Join("\n# ", items)}";
            case 3:
                bool more = a > b;
                return $"{names[0]} = {a}\nif {names[0]} > {b}:\n    print(\"more\")\nelse:\n    print(\"less\")\n# "
                    + $"{(more ? "more" : "less")}";
            default:
                return $"{thing} = {{\"colour\": \"{dice.Pick(Lexicon.Colours)}\", \"price\": {a}}}\nprint({thing}[\"price\"] + {b})  # "
                    + $"{a + b}";
        }
    }
}
