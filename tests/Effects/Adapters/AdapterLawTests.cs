using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Tests.Effects.Models;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Fresh adapters: how they start and how many numbers they have.</summary>
public class AdapterLawTests
{
    private static readonly AdapterPlan Plan = new(AdapterKind.Hydra, Array(Projection.Gate, Projection.Up, Projection.Down, Projection.Query, Projection.Key, Projection.Value, Projection.Output),
        Array(new LayerAdapter(0, 3, 2), new LayerAdapter(2, 2, 4)), 8, 0.0);

    [Fact]
    public void TheCountIsTheOneOfTheMethodForLlama2()
    {
        ModelShape llama = new(32, 32, 32, 11008, 4096, 128);
        AdapterPlan hydra = new(AdapterKind.Hydra, Array(Projection.Gate, Projection.Up, Projection.Down),
            toArray(Enumerable.Range(0, 32).Select(layer => new LayerAdapter(layer, 8, 4))), 32, 0.05);
        Assert.Equal(34_111_488L, TinyDecoder.Right(AdapterParameters.Count(hydra, llama)));
        AdapterPlan lora = hydra with { Kind = AdapterKind.Lora, Layers = Array(new LayerAdapter(0, 8, 1)), Modules = Array(Projection.Query) };
        Assert.Equal(8L * (4096 + 4096), TinyDecoder.Right(AdapterParameters.Count(lora, llama)));
    }

    [Fact]
    public void AFreshAdapterChangesNothingAndHasAsManyNumbersAsItsPlanSays() => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model.Shape, 7, CPU));
        Assert.Equal(TinyDecoder.Right(AdapterParameters.Count(Plan, model.Shape)), adapters.Count);
        PaddedInputs inputs = new([[1, 2, 3, 4, 5]], [[1, 1, 1, 1, 1]], [[-100, -100, 3, 4, 5]]);
        ModelRun plain = TinyDecoder.Right(ModelRun.Of(model, null, inputs));
        ModelRun adapted = TinyDecoder.Right(ModelRun.Of(model, adapters, inputs));
        Expected.Close("logits", plain.Logits[0], adapted.Logits[0], 1e-5);
    });

    [Fact]
    public void FreshNumbersFollowTheSeedAndStayInKaimingsBound() => TinyDecoder.With(model =>
    {
        float[][] Draw(ulong seed)
        {
            using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model.Shape, seed, CPU));
            return [.. TinyDecoder.Right(AdapterTensors.Export(adapters)).Select(t => t.Values.ToArray())];
        }

        float[][] first = Draw(1);
        Assert.Equal(first, Draw(1));
        Assert.NotEqual(first, Draw(2));
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model.Shape, 1, CPU));
        foreach ((AdapterSite _, LowRankModule module) in adapters.Modules.Select(pair => (pair.Key, pair.Value)))
        {
            double bound = 1.0 / Math.Sqrt(module.A.size(1));
            Assert.All(Tensors.Doubles(module.A).Concat(Tensors.Doubles(module.Router!)), value => Assert.InRange(value, -bound, bound));
            Assert.True(Tensors.Doubles(module.A).Max() > bound / 3);
            Assert.All(Tensors.Doubles(module.B), value => Assert.Equal(0.0, value));
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
            Plan with { Kind = AdapterKind.Lora },
            Plan with { Alpha = 0 },
            Plan with { Dropout = 1 },
        ];
        Assert.All(wrong, plan => Assert.IsType<FloeError.Usage>(TinyDecoder.Left(AdapterParameters.Count(plan, shape))));
    }
}
