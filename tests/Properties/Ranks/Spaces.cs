using Floe.Domain.Ranks;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Ranks;

/// <summary>A space and what was proposed in it; some of it running.</summary>
internal sealed record SpaceHistory(SearchSpace Space, PointObservation[] Observations)
{
    public string Size =>
        $"{Space.Dimensions.Count} dimensions, {Observations.Length switch { 0 => "none", < 10 => "start-up", _ => "modelled" }}";

    public override string ToString() => string.Join(" | ", Observations.Select(o => $"{Space.Text(o.Point)}: {o.Loss}"));
}

/// <summary>Spaces of up to three dimensions, the last under a condition on a word of the second.</summary>
internal static class Spaces
{
    public static Arbitrary<SpaceHistory> Any => Arb.From(Generated, h => h.Observations.Length == 0
        ? []
        : [h with { Observations = h.Observations[..(h.Observations.Length / 2)] }, h with { Observations = h.Observations[1..] }]);

    public static SearchSpace Of(int dimensions, int low, int count, int words, int inner) => SearchSpace.Create(
        [.. new Dimension[]
        {
            new Dimension.Whole("rank", RankRange.Create(low, low + count - 1).IfLeft(RankRange.Default)),
            new Dimension.Choice("kind", toArray(Enumerable.Range(0, words).Select(w => $"kind{w}"))),
            new Dimension.Whole(
                "experts", RankRange.Create(1, inner).IfLeft(RankRange.Default)) { When = new Condition("kind", Array("kind0")) },
        }.Take(dimensions)]).IfLeft(e => throw new InvalidOperationException(e.Message));

    private static Gen<SpaceHistory> Generated =>
        from dimensions in Gen.Choose(1, 3)
        from low in Gen.Choose(1, 4)
        from count in Gen.Choose(2, 8)
        from words in Gen.Choose(1, 3)
        from inner in Gen.Choose(1, 4)
        let space = Of(dimensions, low, count, words, inner)
        from length in Gen.Choose(0, 40)
        from places in Gen.Choose(0, space.Points.Count - 1).ArrayOf(length)
        from losses in Gen.Choose(-2, 20).ArrayOf(length)
        select new SpaceHistory(
            space, [.. places.Zip(
                losses, (place, loss) => new PointObservation(space.Points[place], loss < 0 ? Option<double>.None : Some(loss / 8.0)))]);
}
