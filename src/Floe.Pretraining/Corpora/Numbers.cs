using System.Globalization;

namespace Floe.Pretraining.Corpora;

/// <summary>
/// Counting and arithmetic, all of it right. Operands are small, so that every sum and product occurs often enough to be learnt.
/// </summary>
internal static class Numbers
{
    /// <summary>The largest number that is added or taken away.</summary>
    public const int MostAdded = 20;

    /// <summary>The largest factor.</summary>
    public const int MostFactor = 10;

    /// <summary>Rows of numbers, days, months and letters.</summary>
    public static string Counting(Dice dice)
    {
        int start = dice.Between(0, 60);
        int length = dice.Between(5, 12);
        int step = dice.Pick(1, 1, 2, 3, 5, 10);
        return dice.Below(7) switch
        {
            0 => $"Count from {start} to {start + length}: {Row(start, 1, length + 1)}.",
            1 => $"Count down from {start + length} to {start}: {Row(start + length, -1, length + 1)}.",
            2 => $"Count by {step} from {start}: {Row(start, step, length)}.",
            3 => $"What comes after {start}? {start + 1}. What comes before {start + 1}? {start}.",
            4 => $"The days from {Lexicon.Days[start % 7]}: {Cycle(Lexicon.Days, start, Math.Min(length, 7))}.",
            5 => $"The months from {Lexicon.Months[start % 12]}: {Cycle(Lexicon.Months, start, length)}.",
            _ => $"The letters from {Letter(start % 15)}: "
                + $"{string.Join(' ', Enumerable.Range(start % 15, Math.Min(length, 11)).Select(Letter))}.",
        };
    }

    /// <summary>Sums, differences, products and small problems in words.</summary>
    public static string Arithmetic(Dice dice)
    {
        if (dice.Chance(55))
        {
            return string.Join('\n', Enumerable.Range(0, dice.Between(3, 6)).Select(_ => Equation(dice)));
        }

        string[] names = dice.Several(Lexicon.Names, 2);
        Noun noun = dice.Pick([.. Lexicon.Foods, .. Lexicon.Things]);
        int first = dice.Between(2, MostAdded);
        int second = dice.Between(1, first);
        int price = dice.Between(2, MostFactor);
        int many = dice.Between(2, MostFactor);
        return dice.Below(5) switch
        {
            0 => $"{names[0]} has {noun.Counted(first)}. {names[1]} gives {names[0]} {noun.Counted(second)}. "
                + $"Now {names[0]} has {first} + {second} = {noun.Counted(first + second)}.",
            1 => $"There are {noun.Counted(first)} on the table. {names[0]} takes {second}. "
                + $"Now there are {first} - {second} = {first - second} left.",
            2 => $"{names[0]} has {noun.Counted(first)} and {names[1]} has {second}. Together they have {first + second}.",
            3 => $"One {noun.One} costs {price} coins. {names[0]} buys {many} of them and pays {price} x {many} = {price * many} coins.",
            _ => $"Which is more, {first} or {first + second}? {first + second} is more than {first}.",
        };
    }

    private static string Equation(Dice dice)
    {
        int a = dice.Between(0, MostAdded);
        int b = dice.Between(0, MostAdded);
        int c = dice.Between(0, MostFactor);
        int d = dice.Between(1, MostFactor);
        return dice.Below(5) switch
        {
            0 or 1 => $"{a} + {b} = {a + b}",
            2 => $"{a + b} - {b} = {a}",
            3 => $"{c} x {d} = {c * d}",
            _ => $"{c * d} / {d} = {c}",
        };
    }

    private static string Row(int start, int step, int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(at => (start + (at * step)).ToString(CultureInfo.InvariantCulture)));

    private static string Cycle(string[] names, int start, int count) =>
        string.Join(", ", Enumerable.Range(start, count).Select(at => names[at % names.Length]));

    private static string Letter(int index) => ((char)('a' + index)).ToString();
}
