namespace Floe.Domain.Laws;

/// <summary>What one case says of a law.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The law held where it could have been broken.</summary>
    public sealed record Held : Verdict;

    /// <summary>The case cannot break the law, or the policy refused it.</summary>
    public sealed record Silent : Verdict;

    /// <summary>The law does not hold.</summary>
    /// <param name="Found">What happened, in words.</param>
    public sealed record Broken(string Found) : Verdict;

    /// <summary>Held, or broken with these words.</summary>
    public static Verdict Of(bool holds, Func<string> found) => holds ? new Held() : new Broken(found());
}
