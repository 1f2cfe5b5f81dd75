using Floe.Domain.Adapters;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Models;
using Floe.Tests.Effects.Files;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>What must hold for a decoder of every family, on random weights.</summary>
public class FamilyLawTests
{
    private static readonly int[] Lengths = [9, 5, 12, 7, 6];

    public static TheoryData<string> Families => FamilyConfigs.Names;

    [Theory]
    [MemberData(nameof(Families))]
    public void ASequenceHasTheSameLogitsAloneAndInAnyBatch(string family) => With(family, model =>
    {
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(Lengths);
        double[] apart = [.. samples.SelectMany(sample => TinyDecoder.Logits(model, [sample]))];
        Expected.Close("logits", apart, TinyDecoder.Logits(model, samples), 1e-4);
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void TheCacheGivesTheLogitsOfAWholePassAtEachStep(string family) => With(family, model =>
    {
        ReadOnlyMemory<int>[] prompts = [.. TinyDecoder.Samples(5, 2, 11).Select(s => (ReadOnlyMemory<int>)s.Ids.ToArray())];
        List<double[]> steps = [];
        GenerationOptions options = new(9, System.Collections.Immutable.ImmutableHashSet<int>.Empty);
        IReadOnlyList<IReadOnlyList<int>> answers = TinyDecoder.Right(
            Generation.Run(model, null, prompts, options, (_, logits) => steps.Add(Tensors.Doubles(logits))));
        int width = model.Config.Vocabulary;
        for (int p = 0; p < prompts.Length; p++)
        {
            for (int step = 0; step < steps.Count; step++)
            {
                int[] whole = [.. prompts[p].ToArray(), .. answers[p].Take(step)];
                double[] logits = TinyDecoder.Logits(model, [LossBatch.AllSupervised(whole)]);
                Expected.Close(
                    $"prompt {p}, step {step}", logits.AsSpan(logits.Length - width), steps[step].AsSpan(p * width, width), 1e-4);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void MasksOfOnesMaskNothing(string family) => With(family, model => TinyDecoder.Right(TensorEdge.Run("test", () =>
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using BatchTensors batch = BatchTensors.Of(model, TinyDecoder.Right(TokenBatch.Of(model.Config, TinyDecoder.Samples(Lengths))));
        LayerMasks whole = new(ones(model.Config.Heads), ones(Lengths.Length, model.Config.Neurons));
        Expected.Close(
            "hidden", Tensors.Doubles(DecoderPass.Run(model, batch)), Tensors.Doubles(
                DecoderPass.Run(model, batch, masks: _ => whole)), 1e-5);
        return unit;
    })));

    [Theory]
    [MemberData(nameof(Families))]
    public void TheStreamedBackwardIsThePlainOne(string family) => With(family, model =>
    {
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(Lengths);
        double[] plain = TinyDecoder.Taylor(model, samples);
        double[] units = TinyDecoder.Right(
            TaylorCollection.Run(model, samples, new TaylorOptions(MicroBatchTokens: 20))).Sums.Taylor.Rounded.ToArray();
        Expected.CloseToLargest(
            "sum of a layer's units", plain, [.. units.Chunk(model.Shape.UnitsPerLayer).Select(layer => layer.Sum())], 1e-4);
        Assert.All(plain, layer => Assert.True(layer > 0));
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void FisherDoesNotDependOnWhatIsComputedTogether(string family) => With(family, model =>
    {
        double[] Fisher(int tokens) => TinyDecoder.Right(FisherCollection.Run(
            model, null, TinyDecoder.Samples(Lengths), new FisherOptions(MicroBatchTokens: tokens)))[0].Fisher.Rounded.ToArray();
        Expected.CloseToLargest("Fisher", Fisher(1), Fisher(1000), 1e-4);
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void MasksThatKeepEverythingAreTunedToOneAndOthersNeverFitWorse(string family) => With(family, model =>
    {
        IReadOnlyList<TokenizedSample> text = TinyDecoder.Samples(30, 25, 40, 33, 28);
        UnitMasks kept = TinyDecoder.Right(
            MaskTuning.Run(model, null, BinaryMasks.All(model.Shape, kept: true), text, new TuningOptions(TuningMode.Retained)));
        Expected.Close("masks", [.. Enumerable.Repeat(1.0, model.Shape.Units)], kept.Values, 1e-6);
        bool[] half = [.. Enumerable.Range(0, model.Shape.Units).Select(unit => unit % 2 == 0)];
        BinaryMasks binary = TinyDecoder.Right(BinaryMasks.Create(model.Shape, half));
        UnitMasks tuned = TinyDecoder.Right(MaskTuning.Run(model, null, binary, text, new TuningOptions(TuningMode.Retained)));
        foreach (
            (int layer, Component kind) in from layer in Enumerable.Range(0, model.Shape.Layers) from kind in new[] { Component.Head,
                Component.Neuron } select (layer, kind))
        {
            TuningStatus.Tuned status = Assert.IsType<TuningStatus.Tuned>(tuned.Status(layer, kind));
            Assert.True(status.ResidualTuned <= status.ResidualBinary, $"layer {layer} {kind}");
        }
    });

    // With what a norm on the component's output divides by held still, the equations are those of explicit columns.
    [Theory]
    [MemberData(nameof(Families))]
    public void TeacherEquationsAreThoseOfExplicitColumns(string family) => With(family, model =>
    {
        TokenizedSample sample = TinyDecoder.Samples(12)[0];
        NormalEquations? found = null;
        TinyDecoder.Right(TeacherEquations.Run(model, null, [sample], (layer, kind, equations) =>
            found = layer == 0 && kind == Component.Head ? equations : found));
        double[] gram = TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            using BatchTensors batch = BatchTensors.Of(model, TinyDecoder.Right(TokenBatch.Of(model.Config, [sample])));
            LayerWeights layer = model.Layers[0];
            LayerContext context = new(batch);
            Tensor units = DecoderLayer.AttentionUnits(layer, DecoderPass.Embed(model, batch), context);
            Tensor whole = DecoderLayer.AttentionProjection(layer, units, context);
            Tensor[] columns = [.. Enumerable.Range(0, model.Config.Heads).Select(head => Column(layer, units, whole, head))];
            Tensor a = stack([.. columns.Select(c => c.flatten())], 1).to(ScalarType.Float64);
            return Tensors.Doubles(a.t().mm(a));
        }));
        int count = model.Config.Heads;
        double[] packed = [.. from i in Enumerable.Range(0, count) from j in Enumerable.Range(i, count - i) select gram[(i * count) + j]];
        Expected.CloseToLargest("AᵀA", packed, found!.Gram, 1e-5);
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void AnAdapterOfZerosChangesNothingAndEveryPartOfItLearns(string family) => With(family, model =>
    {
        AdapterPlan plan = new(
            new AdapterKind.Lora(), Projections.All, toArray(Enumerable.Range(0, 3).Select(l => new LayerAdapter(l, 2, 1))), 4, 0.0);
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(plan, model, 3));
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(Lengths);
        LossBatch loss = TinyDecoder.Right(LossBatch.Mean(model.Config, samples));
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
            Tensor hidden = DecoderPass.Run(model, batch, adapters);
            using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            using HeadLoss bare = HeadLoss.Of(model, DecoderPass.Run(model, batch), loss.Targets, gradient: false);
            Assert.Equal(bare.Loss, head.Loss, 1e-6);
            hidden.backward([head.Gradient!]);
            double[] sizes = [.. adapters.Parameters.Select(p => p.grad!.abs().sum().to(ScalarType.Float64).item<double>())];
            Assert.Equal(sizes.Length / 2, sizes.Count(size => size > 0));
            foreach (TorchSharp.Modules.Parameter parameter in adapters.Parameters)
            {
                parameter.grad!.Dispose();
            }

            return unit;
        }));
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void TheGradientOfTheHeadIsThatOfAutograd(string family) => With(family, model =>
    {
        LossBatch loss = TinyDecoder.Right(LossBatch.Mean(model.Config, TinyDecoder.Samples(Lengths)));
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor hidden = randn(loss.Batch.Tokens, model.Config.Hidden, ScalarType.Float32).requires_grad_();
            using HeadLoss found = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            int[] rows = loss.Targets.Rows.ToArray(), tokens = loss.Targets.Tokens.ToArray();
            Tensor logits = DecoderPass.Logits(model, hidden, rows);
            Tensor losses = nn.functional.cross_entropy(
                logits, tensor(System.Array.ConvertAll(tokens, t => (long)t)), reduction: nn.Reduction.None);
            losses.mul(tensor(loss.Targets.Weights.ToArray())).sum().backward();
            Expected.CloseInNorm("gradient", Tensors.Doubles(hidden.grad!), Tensors.Doubles(found.Gradient!), 1e-5);
            return unit;
        }));
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void AWrittenFolderIsTheSameModel(string family) => With(family, model =>
    {
        using Scratch scratch = new();
        string folder = scratch.At("written");
        TinyDecoder.Right(
            TensorEdge.Bind(
                "test", () => CheckpointWriter.Write(folder, model.Config, ElementType.F32, name => DecoderValues.Of(model, name))));
        using Checkpoint found = TinyDecoder.Right(Checkpoints.Open(folder));
        Assert.Equal(model.Config, found.Config);
        foreach ((string name, Arr<long> _) in DecoderLayout.TensorsOf(model.Config))
        {
            float[] values = new float[found.Weights.Tensors[name].Elements];
            TinyDecoder.Right(found.Weights.ReadFloat32(name, values));
            Assert.Equal(TinyDecoder.Right(TensorEdge.Run("test", () => DecoderValues.Of(model, name))), values);
        }
    });

    [Theory]
    [MemberData(nameof(Families))]
    public void WeightsInBfloat16GiveNearlyTheSameLogits(string family) => With(family, model =>
    {
        using Checkpoint checkpoint = new("tiny", model.Config, TinyDecoder.Weights(model.Config));
        if (DecoderLoading.Load(checkpoint, CPU, WeightType.BFloat16).Case is not Decoder half)
        {
            // A machine that does not multiply in it.
            return;
        }

        using (half)
        {
            double[] whole = TinyDecoder.Logits(model, TinyDecoder.Samples(Lengths));
            Expected.CloseInNorm("logits", whole, TinyDecoder.Logits(half, TinyDecoder.Samples(Lengths)), 0.1);
        }
    });

    private static Tensor Column(LayerWeights layer, Tensor units, Tensor whole, int head)
    {
        DecoderConfig config = layer.Config;
        Tensor part = units.narrow(1, head * config.HeadDim, config.HeadDim).mm(
            layer.Output.narrow(1, head * config.HeadDim, config.HeadDim).t());
        return layer.AttentionBranchNorm is null
            ? part
            : part.mul(DecoderLayer.InverseRms(whole, config)).mul(DecoderLayer.Gain(layer.AttentionBranchNorm, config));
    }

    private static void With(string family, Action<Decoder> use) => TinyDecoder.With(FamilyConfigs.Of(family), (_, model) => use(model));
}
