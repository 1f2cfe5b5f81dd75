using System.Globalization;
using LanguageExt;

namespace Floe.Domain.Ranks;

/// <summary>The ranks that a search may try: every whole number from <see cref="Low"/> to <see cref="High"/>.</summary>
public sealed record RankRange
{
    private RankRange(int low, int high) => (Low, High) = (low, high);

    /// <summary>The paper's range, 2 to 16.</summary>
    public static RankRange Default { get; } = new(2, 16);

    /// <summary>Smallest rank.</summary>
    public int Low { get; }

    /// <summary>Largest rank.</summary>
    public int High { get; }

    /// <summary>How many ranks there are.</summary>
    public int Count => High - Low + 1;

    /// <summary>The ranks, ascending.</summary>
    public IEnumerable<int> Ranks => Enumerable.Range(Low, Count);

    /// <summary>A range. Errors: an empty one, a rank below 1, more than 65,536 ranks.</summary>
    /// <param name="low">Smallest rank.</param>
    /// <param name="high">Largest rank.</param>
    public static Either<FloeError, RankRange> Create(int low, int high) => low >= 1 && high >= low && high - (long)low < 65_536
        ? new RankRange(low, high)
        : new FloeError.Usage(
            "ranks", "two whole numbers LOW to HIGH, 1 ≤ LOW ≤ HIGH, at most 65,536 of them",
            string.Create(CultureInfo.InvariantCulture, $"{low} to {high}"), "Give a range such as 2 to 16.");

    /// <summary>Whether a rank lies in the range.</summary>
    /// <param name="rank">The rank.</param>
    public bool Contains(int rank) => rank >= Low && rank <= High;
}
