using Floe.Domain.Ranks;
using FsCheck;
using FsCheck.Fluent;

namespace Floe.Tests.Properties.Ranks;

/// <summary>A range of ranks and what was trained in it.</summary>
internal sealed record RankHistory(RankRange Range, Observation[] Observations)
{
    public int[] Ranks => [.. Observations.Select(o => o.Rank)];

    public string Size => Observations.Length switch { 0 => "none", < 10 => "start-up", <= 25 => "to 25", _ => "above 25" };

    public override string ToString() => $"{Range.Low}..{Range.High}: {string.Join(' ', Observations.Select(o => $"{o.Rank}:{o.Loss:R}"))}";
}

/// <summary>Ranges and histories of any kind, ties and repeats included.</summary>
internal static class Histories
{
    public static Arbitrary<RankHistory> Any => Arb.From(Generated(distinct: false), Shrunk);

    /// <summary>No rank occurs twice, and none is the middle of the range.</summary>
    public static Arbitrary<RankHistory> Distinct => Arb.From(Generated(distinct: true), Shrunk);

    private static Gen<RankHistory> Generated(bool distinct) =>
        from low in Gen.Choose(1, 8)
        from count in Gen.Choose(1, 24)
        from length in Gen.Choose(0, distinct ? count : 60)
        from ranks in Gen.Choose(low, low + count - 1).ArrayOf(length)
        from losses in Gen.Choose(0, 20).ArrayOf(length)
        let observations = ranks.Zip(losses, (rank, loss) => new Observation(rank, loss / 8.0))
        select new RankHistory(
            RankRange.Create(low, low + count - 1).IfLeft(RankRange.Default),
            [.. distinct ? observations.DistinctBy(o => o.Rank).Where(o => 2 * o.Rank != (2 * low) + count - 1) : observations]);

    private static IEnumerable<RankHistory> Shrunk(RankHistory history) => history.Observations.Length == 0
        ? []
        : [
            history with { Observations = history.Observations[..(history.Observations.Length / 2)] },
            history with { Observations = history.Observations[1..] },
            history with { Observations = history.Observations[..^1] },
        ];
}
