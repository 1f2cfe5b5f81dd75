using Floe.Domain.Masks;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>How a law came out.</summary>
public enum LawStatus
{
    /// <summary>No case broke it.</summary>
    Holds = 0,

    /// <summary>A case broke it.</summary>
    Broken = 1,

    /// <summary>No case could have broken it, for instance because the policy refused them all.</summary>
    Untested = 2,

    /// <summary>It was left out.</summary>
    LeftOut = 3,
}

/// <summary>A case that breaks a law, made as small as it could be.</summary>
/// <param name="Case">The scores and ρ.</param>
/// <param name="Found">What happened, in words.</param>
/// <param name="Masks">What the policy answered; none where it did not answer.</param>
public sealed record CounterExample(LawCase Case, string Found, Option<BinaryMasks> Masks);

/// <summary>What the suite found out about one law.</summary>
/// <param name="Name">The law's name.</param>
/// <param name="Meaning">What it means, in words.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Cases">Cases tried, up to the first that broke it.</param>
/// <param name="Telling">Those among them that could have broken it.</param>
/// <param name="CounterExample">Where it is broken, the smallest case found.</param>
public sealed record LawResult(
    string Name, string Meaning, LawStatus Status, int Cases, int Telling, Option<CounterExample> CounterExample);

/// <summary>What the suite found out about a policy.</summary>
/// <param name="Laws">One result a law, in the order of the suite.</param>
public sealed record LawReport(Arr<LawResult> Laws)
{
    /// <summary>True where every law that was not left out was tested and holds.</summary>
    public bool Holds => Laws.All(l => l.Status is LawStatus.Holds or LawStatus.LeftOut);
}
