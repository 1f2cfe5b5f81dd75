using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Evaluation;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>What holds for every kind of adapter. A new kind is met here without being named.</summary>
public sealed class EveryKindTests : IDisposable
{
    private const int Steps = 24;

    private static readonly PaddedInputs Inputs = new([[1, 2, 3, 4, 5, 6]], [[1, 1, 1, 1, 1, 1]], [[-100, -100, 3, 4, 5, 6]]);

    private readonly string folder = Directory.CreateTempSubdirectory("floe-kinds-").FullName;

    public static TheoryData<string> Kinds => [.. AdapterKind.Names];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AFreshOneIsTheBaseModelAndHasAsManyNumbersAsItsPlanSays(string kind) => TinyDecoder.With(model =>
    {
        AdapterPlan plan = Plan(kind);
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(plan, model, 7));
        Assert.Equal(TinyDecoder.Right(AdapterParameters.Count(plan, model.Shape)), adapters.Count);
        Assert.Equal(adapters.Count, TinyDecoder.Right(AdapterTensors.Export(adapters)).Sum(tensor => (long)tensor.Values.Length));
        double[] alone = TinyDecoder.Right(ModelRun.Of(model, null, Inputs)).Logits[0];
        double[] fresh = TinyDecoder.Right(ModelRun.Of(model, adapters, Inputs)).Logits[0];
        if (plan.Kind.StartsAsBase)
        {
            Expected.Close("logits", alone, fresh, 1e-5);
        }
        else
        {
            Assert.NotEqual(alone, fresh);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TrainingReducesTheLossAndEveryTensorMoves(string kind) => TinyDecoder.With(model =>
    {
        using AdapterSet fresh = TinyDecoder.Right(AdapterSets.Create(Plan(kind), model, 1));
        using AdapterSet trained = Train(model, Plan(kind), "reduce", Steps, 512);
        TokenizedSample[] samples = [.. Samples];
        double before = TinyDecoder.Right(HeldOut.Measure(model, null, samples)).Loss, after = TinyDecoder.Right(
            HeldOut.Measure(model, trained, samples)).Loss;
        Assert.True(after < 0.9 * before, $"{before} before, {after} after");
        IReadOnlyList<NamedTensor> start = TinyDecoder.Right(AdapterTensors.Export(fresh));
        Assert.All(TinyDecoder.Right(AdapterTensors.Export(trained)).Zip(start, (now, then) => (Now: now, Then: then)), pair =>
        {
            Assert.Equal(pair.Then.Name, pair.Now.Name);
            Assert.NotEqual(pair.Then.Values.ToArray(), pair.Now.Values.ToArray());
        });
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AccumulationGivesTheSameNumbers(string kind) => TinyDecoder.With(model =>
    {
        float[] whole = Values(
            model, Plan(kind, dropout: 0.0), "whole", 512), pieces = Values(model, Plan(kind, dropout: 0.0), "pieces", 7);
        Expected.CloseInNorm("accumulated", [.. whole.Select(v => (double)v)], [.. pieces.Select(v => (double)v)], 1e-3);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AStoppedRunWithDropoutGoesOnToTheSameBytes(string kind) => TinyDecoder.With(model =>
    {
        float[] whole = Values(model, Plan(kind), "whole", 512);
        Train(model, Plan(kind), "parts", 3, 512).Dispose();
        Assert.Equal(whole, Values(model, Plan(kind), "parts", 512));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsSavedIsReadAgain(string kind) => TinyDecoder.With(model =>
    {
        using AdapterSet trained = Train(model, Plan(kind), "saved", 4, 512);
        TinyDecoder.Right(AdapterSets.Save(folder, trained, model.Config, "base"));
        using AdapterSet read = TinyDecoder.Right(AdapterSets.Load(folder, model));
        Assert.Equal(trained.Plan, read.Plan);
        Assert.Equal(
            TinyDecoder.Right(AdapterTensors.Export(trained)).Select(t => (t.Name, Fingerprint.OfNumbers(t.Values.Span))),
            TinyDecoder.Right(AdapterTensors.Export(read)).Select(t => (t.Name, Fingerprint.OfNumbers(t.Values.Span))));
        Assert.Equal(
            TinyDecoder.Right(
                ModelRun.Of(model, trained, Inputs)).Logits[0], TinyDecoder.Right(ModelRun.Of(model, read, Inputs)).Logits[0]);
    });

    /// <summary>A token after the other with the cache gives the logits of the whole text at once, for prompts of several
    /// lengths.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void ACacheGivesWhatTheWholeTextGives(string kind) => TinyDecoder.With(
        TinyDecoder.Config with { Windows = Array(0, 5, 0) }, (_, model) =>
    {
        using AdapterSet trained = Train(model, Plan(kind), "cached", 6, 512);
        ReadOnlyMemory<int>[] prompts = [new[] { 1, 2, 3, 4 }, new[] { 7, 5 }];
        List<double[]> cached = [];
        IReadOnlyList<IReadOnlyList<int>> answers = TinyDecoder.Right(Generation.Run(
            model, trained, prompts, new GenerationOptions(6, System.Collections.Frozen.FrozenSet<int>.Empty),
            (_, logits) => cached.Add(Tensors.Doubles(logits))));
        for (int b = 0; b < prompts.Length; b++)
        {
            long[] text = [.. prompts[b].ToArray().Concat(answers[b]).Select(id => (long)id)];
            PaddedInputs inputs = new([text], [[.. text.Select(_ => 1L)]], [[.. text.Select((id, i) => i < 2 ? -100 : id)]]);
            double[] whole = TinyDecoder.Right(ModelRun.Of(model, trained, inputs)).Logits[0];
            int width = TinyDecoder.Config.Vocabulary;
            for (int step = 0; step < answers[b].Count; step++)
            {
                Expected.Close(
                    $"prompt {b}, step {step}", whole.AsSpan((prompts[b].Length - 1 + step) * width, width),
                    cached[step].AsSpan(b * width, width), 1e-4);
            }
        }
    });

    /// <summary>A merged weight gives what frozen weight and adapter give together; a routed kind has none.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void AMergedWeightDoesTheSameAlone(string kind) => TinyDecoder.With(model =>
    {
        using AdapterSet trained = Train(model, Plan(kind), "merged", 6, 512);
        TinyDecoder.Right(TensorEdge.Run("merge", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            foreach ((AdapterSite site, AdapterModule module) in trained.Modules.Select(pair => (pair.Key, pair.Value)))
            {
                FrozenProjection layer = FrozenProjection.Of(model.Layers[site.Layer], site.Module);
                Tensor x = randn(5, layer.Weight.size(1));
                Tensor y = module.Apply(x, nn.functional.linear(x, layer.Weight), training: false);
                Tensor? merged = module.Merged(layer.Weight);
                Assert.Equal(trained.Plan.Kind.Merges, merged is not null);
                if (merged is not null && layer.Bias is null)
                {
                    Expected.Close(
                        $"{site.Layer} {site.Module}", Tensors.Doubles(nn.functional.linear(x, merged)), Tensors.Doubles(y), 1e-4);
                }
            }

            return unit;
        }));
    });

    private static AdapterPlan Plan(string name, double dropout = 0.1)
    {
        AdapterKind kind = AdapterKind.Named(name).IfNone(() => throw new InvalidOperationException(name));
        AdapterPlan plan = new AdapterSettings(kind, 2, 4, dropout, 3, kind.ChoosesModules ? Projections.All : kind.UsualModules)
            .On([0, 2]);
        return kind.HasRank
            ? plan with { Layers = Array(plan.Layers[0] with { Rank = 3 }, plan.Layers[1]) }
            : plan;
    }

    private static IEnumerable<TokenizedSample> Samples => Enumerable.Range(0, 4).Select(s => new TokenizedSample(
        toArray(Enumerable.Range(0, 7).Select(i => ((s * 13) + (i * 5)) % TinyDecoder.Config.Vocabulary)), Array(
            false, false, false, true, true, true, true)));

    private float[] Values(Decoder model, AdapterPlan plan, string name, int microBatch)
    {
        using AdapterSet adapters = Train(model, plan, name, Steps, microBatch);
        return [.. TinyDecoder.Right(AdapterTensors.Export(adapters)).SelectMany(tensor => tensor.Values.ToArray())];
    }

    private AdapterSet Train(Decoder model, AdapterPlan plan, string name, int stopAt, int microBatch)
    {
        using CancellationTokenSource stop = new();
        TrainingTask task = TrainingTask.Of(
            new TrainingOptions(Steps: Steps, Batch: 4, LearningRate: plan.Kind.StartsAsBase ? 2e-2 : 0.3), [.. Samples])
            with { MicroBatchTokens = microBatch };
        TrainingFiles files = new(Path.Combine(folder, name, "run.jsonl"), Fingerprint.Of(("plan", plan)), _ => { }, Every: 2);
        return TinyDecoder.Right(AdapterRun.Train(model, plan, task, files, Watch, stop.Token)).Adapter;

        void Watch(Floe.Effects.StageProgress progress)
        {
            if (progress.Done >= stopAt)
            {
                stop.Cancel();
            }
        }
    }
}
