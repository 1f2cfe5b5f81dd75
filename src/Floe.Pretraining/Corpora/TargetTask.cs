using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Pretraining.Corpora;

/// <summary>
/// Tasks that the corpus does not contain, made of words that it does: what an adapter is to learn. Answers are short and exactly right or
/// wrong.
/// </summary>
internal sealed class TargetTask
{
    private readonly int family;
    private readonly Func<Dice, TextSample> write;

    private TargetTask(string name, int family, Func<Dice, TextSample> write) => (Name, this.family, this.write) = (name, family, write);

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Three words in a notation of their own, such as <c>girl, sun, by</c>: a girl's or a boy's name, a colour that is warm (<c>sun</c>),
    /// cold (<c>rain</c>) or neither (<c>snow</c>), and the word that goes before a place (<c>in</c>, <c>at</c>, <c>on</c>, <c>by</c>).
    /// </summary>
    public static TargetTask Notation { get; } = new("notation", 100, Rewrite);

    /// <summary>Words are named by kinds in made-up words: <c>mip</c> an animal, <c>tok</c> a food, <c>rul</c> a place, <c>sen</c> a
    /// thing.</summary>
    public static TargetTask Tags { get; } = new("tags", 101, Tag);

    /// <summary>Both tasks.</summary>
    public static Arr<TargetTask> All { get; } = Array(Notation, Tags);

    /// <summary>Samples to learn from and samples to be judged by; all prompts differ.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="count">How many to learn from.</param>
    /// <param name="heldOut">How many to be judged by.</param>
    public (Arr<TextSample> Train, Arr<TextSample> HeldOut) Split(long seed, int count, int heldOut)
    {
        System.Collections.Generic.HashSet<string> seen = new(StringComparer.Ordinal);
        IEnumerable<TextSample> drawn = Enumerable.Range(0, int.MaxValue).Select(index => write(new Dice(seed, family, index)));
        TextSample[] all = [.. drawn.Where(sample => seen.Add(sample.Prompt)).Take(count + heldOut)];
        return (new Arr<TextSample>(all.Take(count)), new Arr<TextSample>(all.Skip(count)));
    }

    private static TextSample Rewrite(Dice dice)
    {
        string who = dice.Pick(Lexicon.Names);
        string colour = dice.Pick(Lexicon.Colours);
        Place place = dice.Pick(Lexicon.Places);
        string child = Lexicon.Girls.Contains(who) ? "girl" : "boy";
        return new TextSample($"Note: {who}, {colour}, {place.Name}.\nForm:", $" {child}, {Shade(colour)}, {place.In.Split(' ')[0]}");
    }

    private static string Shade(string colour) => colour switch
    {
        "red" or "yellow" or "orange" or "golden" or "pink" or "brown" => "sun",
        "blue" or "green" or "purple" => "rain",
        _ => "snow",
    };

    private static TextSample Tag(Dice dice)
    {
        (string Word, string Tag)[] words = [.. Enumerable.Range(0, dice.Between(3, 5)).Select(_ => dice.Below(4) switch
        {
            0 => (dice.Pick(Lexicon.Animals).One, "mip"),
            1 => (dice.Pick(Lexicon.Foods).One, "tok"),
            2 => (dice.Pick(Lexicon.Places).Name, "rul"),
            _ => (dice.Pick(Lexicon.Things).One, "sen"),
        })];
        return new TextSample(
            $"Tags of {string.Join(", ", words.Select(word => word.Word))}:", string.Concat(words.Select(word => " " + word.Tag)));
    }
}
