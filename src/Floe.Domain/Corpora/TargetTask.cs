using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Corpora;

/// <summary>
/// Tasks that the corpus does not contain, made of words that it does: what an adapter is to learn. Answers are short and exactly right or wrong.
/// </summary>
public sealed class TargetTask
{
    private readonly int family;
    private readonly Func<Dice, TextSample> write;

    private TargetTask(string name, int family, Func<Dice, TextSample> write) => (Name, this.family, this.write) = (name, family, write);

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>A sentence is rewritten in a notation of its own: <c>Lily -&gt; ball/red @ garden</c> for who held which thing where.</summary>
    public static TargetTask Notation { get; } = new("notation", 100, Rewrite);

    /// <summary>Words are named by kinds in made-up words: <c>mip</c> an animal, <c>tok</c> a food, <c>rul</c> a place, <c>sen</c> a thing.</summary>
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
        string[] names = dice.Several(Lexicon.Names, 2);
        string who = names[0];
        string colour = dice.Pick(Lexicon.Colours);
        string thing = dice.Pick(Lexicon.Things).One;
        Place place = dice.Pick(Lexicon.Places);
        string sentence = dice.Below(5) switch
        {
            0 => $"{who} took the {colour} {thing} to the {place.Name}.",
            1 => $"{Lexicon.Capital(place.In)} {place.Name}, {who} found {Lexicon.A(colour)} {thing}.",
            2 => $"The {colour} {thing} was given to {who} {place.In} {place.Name}.",
            3 => $"{names[1]} looked for the {colour} {thing}, and {who} saw it {place.In} {place.Name}.",
            _ => $"{who} and {names[1]} went to the {place.Name}, but only {who} had {Lexicon.A(colour)} {thing}.",
        };
        return new TextSample($"Note: {sentence}\nForm:", $" {who} -> {thing}/{colour} @ {place.Name}");
    }

    private static TextSample Tag(Dice dice)
    {
        (string Word, string Tag)[] words = [.. Enumerable.Range(0, dice.Between(3, 5)).Select(_ => dice.Below(4) switch
        {
            0 => (dice.Pick(Lexicon.Animals).One, "mip"),
            1 => (dice.Pick(Lexicon.Foods).One, "tok"),
            2 => (dice.Pick(Lexicon.Places).Name, "rul"),
            _ => (dice.Pick(Lexicon.Things).One, "sen"),
        })];
        return new TextSample($"Tags of {string.Join(", ", words.Select(word => word.Word))}:", string.Concat(words.Select(word => " " + word.Tag)));
    }
}
