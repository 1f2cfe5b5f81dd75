using Floe.Domain.Adapters;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Training;

/// <summary>A method's hyperparameters.</summary>
/// <param name="Adapter">Kind of adapter.</param>
/// <param name="Modules">Linear layers it sits on.</param>
/// <param name="Rank">r.</param>
/// <param name="Experts">M, number of B matrices.</param>
/// <param name="Alpha">α.</param>
/// <param name="Dropout">Dropout on the input of A.</param>
/// <param name="Training">How it is trained.</param>
public sealed record Preset(AdapterKind Adapter, Arr<Projection> Modules, int Rank, int Experts, double Alpha, double Dropout, TrainingOptions Training)
{
    /// <summary>The plan that puts this adapter on some layers.</summary>
    /// <param name="layers">Decoder layers; sorted here.</param>
    public AdapterPlan On(IEnumerable<int> layers) =>
        new(Adapter, Modules, toArray(layers.Order().Select(layer => new LayerAdapter(layer, Rank, Experts))), Alpha, Dropout);
}

/// <summary>Table 6 of the paper. Weight decay is 0 throughout; the warm-up ratio is a share of the steps.</summary>
public static class Presets
{
    private static readonly Arr<Projection> FeedForward = Array(Projection.Gate, Projection.Up, Projection.Down);

    /// <summary>FLoE: HydraLoRA with one A and four B matrices on the layers that were chosen.</summary>
    public static Preset Floe { get; } = new(AdapterKind.Hydra, FeedForward, 8, 4, 32, 0.05, new TrainingOptions());

    /// <summary>FLoE on mixed domains: six B matrices.</summary>
    public static Preset FloeMixed { get; } = Floe with { Experts = 6 };

    /// <summary>HydraLoRA on all layers.</summary>
    public static Preset HydraLora { get; } = Floe with { Training = new TrainingOptions(Batch: 2, MaxLength: 1024, Seed: 41) };

    /// <summary>LoRA on all layers.</summary>
    public static Preset Lora { get; } = HydraLora with { Adapter = AdapterKind.Lora, Experts = 1 };
}
