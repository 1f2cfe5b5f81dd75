using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Adapters;

public sealed class AllocationLaws(ITestOutputHelper output)
{
    private static readonly ModelShape Shape = new(12, 4, 2, 48, 32, 8);
    private static readonly AllocationLimits Limits = new(2, 16, 1, 6);

    public sealed record Wish(double[] Importance, int[] Layers, long Parameters)
    {
        public AdapterPlan Template => new(new AdapterKind.Hydra(), Presets.Floe.Adapter.Modules, Arr<LayerAdapter>.Empty, 32, 0.05);

        public Either<FloeError, AdapterPlan> Plan => Allocation.Run(Template, Shape, toArray(Layers), Importance, Limits, Parameters);

        private static Arr<string> Array(params string[] names) => toArray(names);
    }

    private static readonly Arbitrary<Wish> Wishes = Arb.From(
        from importance in Gen.ArrayOf(Gen.Choose(0, 16).Select(i => i / 16.0), Shape.Layers)
        from layers in Gen.SubListOf(Enumerable.Range(0, Shape.Layers).ToArray()).Where(l => l.Count > 0)
        from parameters in Gen.Choose(5_000, 60_000)
        select new Wish(importance, [.. layers.Order()], parameters),
        wish => wish.Layers.Length == 1 ? [] : new[] { wish with { Layers = wish.Layers[1..] }, wish with { Layers = wish.Layers[..^1] } });

    [Fact]
    public void ThePlanFitsTheBudgetAndItsLimits() => Law.Check(output, Wishes, w => w.Plan.Match(
        Right: plan => Value(AdapterParameters.Count(plan, Shape)) <= w.Parameters
            && plan.Layers.Select(l => l.Layer).SequenceEqual(w.Layers)
            && plan.Layers.All(l => l.Rank is >= 2 and <= 16 && l.Experts is >= 1 and <= 6),
        Left: e => e is FloeError.Usage), w => w.Plan.IsRight ? "fits" : "too small", w => w.Plan.IsRight);

    [Fact]
    public void NoLayerCouldGrowWithoutGettingAhead() => Law.Check(output, Wishes, w => w.Plan.Match(
        Right: plan => plan.Layers.All(l => new[] { l with { Rank = l.Rank + 1 }, l with { Experts = l.Experts + 1 } }.All(next =>
            next.Rank > 16 || next.Experts > 6
            || plan.Layers.Any(o => w.Importance[o.Layer] > w.Importance[l.Layer] && (o.Rank < next.Rank || o.Experts < next.Experts))
            || Value(
                AdapterParameters.Count(
                    plan with { Layers = toArray(plan.Layers.Select(o => o.Layer == l.Layer ? next : o)) }, Shape)) > w.Parameters)),
        Left: _ => true), w => w.Plan.IsRight ? "fits" : "too small", w => w.Plan.IsRight);

    [Fact]
    public void AMoreImportantLayerNeverGetsLess() => Law.Check(output, Wishes, w => w.Plan.Match(
        Right: plan => plan.Layers.All(a => plan.Layers.All(b =>
            w.Importance[a.Layer] <= w.Importance[b.Layer] || (a.Rank >= b.Rank && a.Experts >= b.Experts))),
        Left: _ => true), w => w.Plan.IsRight ? "fits" : "too small", w => w.Plan.IsRight && w.Layers.Length > 1);

    [Fact]
    public void TheSameWishGivesTheSamePlan() => Law.Check(output, Wishes, w => w.Plan == w.Plan, w => $"{w.Layers.Length} layers");

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
