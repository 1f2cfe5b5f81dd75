namespace Floe.Domain.Adapters;

/// <summary>A number that only some kinds of adapter have. Plans and options read and write it by its name.</summary>
/// <param name="Name">The word in plans, such as <c>target_rank</c>.</param>
/// <param name="Words">What it is, for the help.</param>
/// <param name="Least">Its least value.</param>
/// <param name="Most">Its largest value.</param>
/// <param name="Of">Reads it.</param>
/// <param name="With">The kind with another value of it.</param>
internal sealed record KindNumber(
    string Name, string Words, double Least, double Most, Func<AdapterKind, double> Of, Func<AdapterKind, double, AdapterKind> With)
{
    /// <summary>P of the kinds that put virtual tokens before a sequence.</summary>
    public static KindNumber VirtualTokens(Func<AdapterKind, int> of, Func<AdapterKind, int, AdapterKind> with) =>
        new("virtual_tokens", "Virtual tokens of prefix and prompt tuning; 20 without it.", 1, 4096,
            kind => of(kind), (kind, n) => with(kind, (int)n)) { Whole = true, Asked = true };

    /// <summary>Whether it is a whole number.</summary>
    public bool Whole { get; init; }

    /// <summary>Whether the command line asks for it; the rest follow from it or from the training.</summary>
    public bool Asked { get; init; }

    /// <summary>Its option, such as <c>--target-rank</c>.</summary>
    public string Option => $"--{Name.Replace('_', '-')}";

    /// <summary>Whether a value is one that it may have.</summary>
    public bool Allows(double value) => value >= Least && value <= Most && (!Whole || value == Math.Floor(value));
}
