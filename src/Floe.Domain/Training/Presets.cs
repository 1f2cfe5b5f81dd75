using Floe.Domain.Adapters;
using static LanguageExt.Prelude;

namespace Floe.Domain.Training;

/// <summary>A method's hyperparameters.</summary>
/// <param name="Adapter">The adapter of every layer.</param>
/// <param name="Training">How it is trained.</param>
public sealed record Preset(AdapterSettings Adapter, TrainingOptions Training)
{
    /// <summary>The plan that puts this adapter on some layers.</summary>
    /// <param name="layers">Decoder layers; sorted here.</param>
    public AdapterPlan On(IEnumerable<int> layers) => Adapter.On(layers);
}

/// <summary>Table 6 of the paper. Weight decay is 0 throughout; the warm-up ratio is a share of the steps.</summary>
public static class Presets
{
    /// <summary>FLoE: HydraLoRA with one A and four B matrices on the layers that were chosen.</summary>
    public static Preset Floe { get; } = new(
        new AdapterSettings(
            new AdapterKind.Hydra(), 8, 32, 0.05, 4, Array(Projection.Gate, Projection.Up, Projection.Down)), new TrainingOptions());

    /// <summary>FLoE on mixed domains: six B matrices.</summary>
    public static Preset FloeMixed { get; } = Floe with { Adapter = Floe.Adapter with { Experts = 6 } };

    /// <summary>HydraLoRA on all layers.</summary>
    public static Preset HydraLora { get; } = Floe with { Training = new TrainingOptions(Batch: 2, MaxLength: 1024, Seed: 41) };

    /// <summary>LoRA on all layers.</summary>
    public static Preset Lora { get; } = HydraLora with { Adapter = Floe.Adapter with { Kind = new AdapterKind.Lora(), Experts = 1 } };
}
