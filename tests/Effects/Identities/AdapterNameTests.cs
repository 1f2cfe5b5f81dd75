using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using Floe.Effects.Stages;
using Floe.Tests.Effects.Models;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Identities;

/// <summary>
/// What <c>floe.adapter</c> says of an adapter stays the same from version to version, so that tables that were collected on it stay its
/// own: it is over what the adapter computes and not over how a plan writes that down.
/// </summary>
public sealed class AdapterNameTests
{
    [Theory]
    [InlineData("lora", "lora on 2 layers, SHA-256 758729a33be25c81973ec")]
    [InlineData("hydra", "hydra on 2 layers, SHA-256 46a3b5c64ba6d1d862c24")]
    [InlineData("ia3", "ia3 on 2 layers, SHA-256 46d0d0ee2bd728520d725")]
    public void TheNameIsThatOfEarlierVersions(string kind, string begins) =>
        TinyDecoder.With(model => Assert.StartsWith(begins, Named(model, Plan(kind)), StringComparison.Ordinal));

    [Fact]
    public void WhatChangesWhatIsComputedChangesTheNameAndNothingElseDoes() => TinyDecoder.With(model =>
    {
        AdapterPlan plan = Plan("lora");
        string name = Named(model, plan);
        Assert.Equal(name, Named(model, plan with { Dropout = 0.5 }));
        Assert.Equal(name, Named(model, plan with { Layers = toArray(plan.Layers.Reverse()) }));
        Assert.Equal(name, Named(model, plan with { Overrides = Array(new ModuleOverride(0, Projection.Up, 2, 4)) }));
        Assert.All(
        [
            plan with { Alpha = 5 }, plan with { RankStabilized = true }, plan with { Layers = Array(plan.Layers[0]) },
            plan with { Modules = Array(Projection.Up) }, plan with { Overrides = Array(new ModuleOverride(0, Projection.Up, 2, 5)) },
        ], other => Assert.NotEqual(name, Named(model, other)));
    });

    private static AdapterPlan Plan(string kind)
    {
        AdapterKind known = AdapterKind.Named(kind).IfNone(() => throw new InvalidOperationException(kind));
        return new AdapterSettings(known, 2, 4, 0, known.UsualExperts, Array(Projection.Query, Projection.Up)).On([0, 2]);
    }

    private static string Named(Decoder model, AdapterPlan plan)
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(plan, model, 3));
        return TinyDecoder.Right(CollectStage.Named(adapters));
    }
}
