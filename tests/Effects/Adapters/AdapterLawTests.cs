using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Adapters;
using Floe.Tests.Effects.Models;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Fresh adapters: how they start and how many numbers they have.</summary>
public class AdapterLawTests
{
    private static readonly AdapterPlan Plan = new(
        new AdapterKind.Hydra(), Array(
            Projection.Gate, Projection.Up, Projection.Down, Projection.Query, Projection.Key, Projection.Value, Projection.Output),
        Array(new LayerAdapter(0, 3, 2), new LayerAdapter(2, 2, 4)), 8, 0.0);

    [Fact]
    public void TheCountIsTheOneOfTheMethodForLlama2()
    {
        ModelShape llama = new(32, 32, 32, 11008, 4096, 128);
        AdapterPlan hydra = new(new AdapterKind.Hydra(), Array(Projection.Gate, Projection.Up, Projection.Down),
            toArray(Enumerable.Range(0, 32).Select(layer => new LayerAdapter(layer, 8, 4))), 32, 0.05);
        Assert.Equal(34_111_488L, TinyDecoder.Right(AdapterParameters.Count(hydra, llama)));
        AdapterPlan lora = hydra with { Kind = new AdapterKind.Lora(), Layers = Array(new LayerAdapter(0, 8, 1)),
            Modules = Array(Projection.Query) };
        Assert.Equal(8L * (4096 + 4096), TinyDecoder.Right(AdapterParameters.Count(lora, llama)));
    }

    [Fact]
    public void FreshNumbersFollowTheSeedAndStayInKaimingsBound() => TinyDecoder.With(model =>
    {
        float[][] Draw(ulong seed)
        {
            using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model, seed));
            return [.. TinyDecoder.Right(AdapterTensors.Export(adapters)).Select(t => t.Values.ToArray())];
        }

        float[][] first = Draw(1);
        Assert.Equal(first, Draw(1));
        Assert.NotEqual(first, Draw(2));
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model, 1));
        foreach (NamedTensor tensor in TinyDecoder.Right(AdapterTensors.Export(adapters)))
        {
            bool b = tensor.Name.Contains(".lora_B", StringComparison.Ordinal);
            double bound = b ? 0.0 : 1.0 / Math.Sqrt(tensor.Shape[1]);
            Assert.All(tensor.Values.ToArray(), value => Assert.InRange(value, -bound, bound));
            Assert.True(tensor.Values.ToArray().Max() >= bound / 3);
        }
    });

    [Fact]
    public void APlanThatDoesNotFitTheDecoderIsRefused()
    {
        ModelShape shape = new(3, 4, 2, 28, 20, 6);
        AdapterPlan[] wrong =
        [
            Plan with { Modules = Array((Projection)9) },
            Plan with { Layers = Array(new LayerAdapter(3, 2, 2)) },
            Plan with { Layers = Array(new LayerAdapter(1, 2, 2), new LayerAdapter(1, 2, 2)) },
            Plan with { Layers = Array(new LayerAdapter(1, 0, 2)) },
            Plan with { Kind = new AdapterKind.Lora() },
            Plan with { Alpha = 0 },
            Plan with { Dropout = 1 },
        ];
        Assert.All(wrong, plan => Assert.IsType<FloeError.Usage>(TinyDecoder.Left(AdapterParameters.Count(plan, shape))));
    }
}
