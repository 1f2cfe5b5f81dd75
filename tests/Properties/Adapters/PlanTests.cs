using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Adapters;

/// <summary>A plan that could not be trained is refused by its one check, and by everything that counts its parameters.</summary>
public sealed class PlanTests
{
    private static readonly ModelShape Shape = new(3, 4, 2, 28, 20, 6);

    private static readonly AdapterPlan Sound = new(
        new AdapterKind.Hydra(), Array(Projection.Gate, Projection.Up), Array(
            new LayerAdapter(0, 2, 2), new LayerAdapter(2, 3, 1)), 32, 0.05)
    {
        Overrides = Array(new ModuleOverride(2, Projection.Up, 5, 16)),
    };

    private static readonly (string Why, AdapterPlan Plan)[] Wrong =
    [
        ("no module", Sound with { Modules = Arr<Projection>.Empty, Overrides = Arr<ModuleOverride>.Empty }),
        ("a module twice", Sound with { Modules = Array(Projection.Gate, Projection.Up, Projection.Gate) }),
        ("a module that is none", Sound with { Modules = Array(Projection.Gate, Projection.Up, (Projection)9) }),
        ("no layer", Sound with { Layers = Arr<LayerAdapter>.Empty, Overrides = Arr<ModuleOverride>.Empty }),
        ("a layer twice", Sound with { Layers = Sound.Layers.Add(new LayerAdapter(0, 1, 1)) }),
        ("a layer below 0", Sound with { Layers = Sound.Layers.Add(new LayerAdapter(-1, 1, 1)) }),
        ("rank 0", Sound with { Layers = Sound.Layers.Add(new LayerAdapter(1, 0, 1)) }),
        ("no expert", Sound with { Layers = Sound.Layers.Add(new LayerAdapter(1, 1, 0)) }),
        ("experts of LoRA", Sound with { Kind = new AdapterKind.Lora() }),
        ("alpha 0", Sound with { Alpha = 0 }),
        ("alpha below 0", Sound with { Alpha = -1 }),
        ("alpha not a number", Sound with { Alpha = double.NaN }),
        ("alpha without end", Sound with { Alpha = double.PositiveInfinity }),
        ("dropout 1", Sound with { Dropout = 1 }),
        ("dropout below 0", Sound with { Dropout = -0.1 }),
        ("dropout not a number", Sound with { Dropout = double.NaN }),
        ("an override of rank 0", Sound with { Overrides = Array(new ModuleOverride(2, Projection.Up, 0, 16)) }),
        ("an override with alpha 0", Sound with { Overrides = Array(new ModuleOverride(2, Projection.Up, 5, 0)) }),
        ("an override of a module that is not adapted", Sound with { Overrides = Array(new ModuleOverride(2, Projection.Query, 5, 1)) }),
        ("an override twice", Sound with { Overrides = Sound.Overrides.Add(new ModuleOverride(2, Projection.Up, 4, 16)) }),
        ("a layer without a module", Sound with
        {
            Omitted = Array(new OmittedModule(0, Projection.Gate), new OmittedModule(0, Projection.Up)),
        }),
        ("a module left out that is not adapted", Sound with { Omitted = Array(new OmittedModule(0, Projection.Query)) }),
        ("a module left out of a layer that is not adapted", Sound with { Omitted = Array(new OmittedModule(1, Projection.Gate)) }),
        ("an override of a layer that is not adapted", Sound with { Overrides = Array(new ModuleOverride(1, Projection.Up, 5, 1)) }),
    ];

    public static TheoryData<string> Reasons => [.. Wrong.Select(w => w.Why)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void APlanThatIsNotSoundIsRefused(string why)
    {
        AdapterPlan plan = Wrong.First(w => w.Why == why).Plan;
        FloeError.Usage fault = Assert.IsType<FloeError.Usage>(
            plan.Checked().Match(Right: _ => throw new InvalidOperationException(why), Left: e => e));
        Assert.EndsWith(".", fault.Remedy, StringComparison.Ordinal);
        Assert.Equal(fault, AdapterParameters.Count(plan, Shape).Match(Right: _ => throw new InvalidOperationException(why), Left: e => e));
    }

    [Fact]
    public void ASoundPlanIsItselfAndItsLayersMustBeTheDecoders()
    {
        Assert.Equal(Sound, Sound.Checked());
        Assert.True(AdapterParameters.Count(Sound, Shape).IsRight);
        Assert.True(AdapterParameters.Count(Sound with { Layers = Sound.Layers.Add(new LayerAdapter(3, 1, 1)) }, Shape).IsLeft);
    }
}
