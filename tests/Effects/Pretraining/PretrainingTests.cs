using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using Floe.Pretraining.Corpora;
using Floe.Pretraining.Training;
using Floe.Pretraining.Vocabulary;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Pretraining;

/// <summary>A tiny decoder from nothing: it learns, it can be stopped, and what is written can be opened.</summary>
public sealed class PretrainingTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void TheLossFallsBelowTheUnigramEntropyAndTheFolderOpens()
    {
        PretrainingPlan plan = Plan("whole", steps: 150);
        PretrainingResult result = Run(plan, int.MaxValue).IfNone(() => throw new InvalidOperationException("stopped"));
        Assert.True(result.HeldOutLoss < result.Unigram, $"{result.HeldOutLoss} against {result.Unigram}");
        Assert.True(result.Bigram < result.Unigram);
        using Checkpoint checkpoint = TinyDecoder.Right(Checkpoints.Open(plan.Folder));
        Assert.Equal(12, checkpoint.Config.HeadDim);
        Assert.Equal(2, checkpoint.Config.Layers);
        Assert.Empty(Directory.GetFiles(plan.Folder, ".checkpoint*"));
    }

    [Fact]
    public void AStoppedRunEndsWithTheBytesOfOneThatWasNot()
    {
        PretrainingPlan whole = Plan("whole", steps: 7);
        PretrainingPlan parts = whole with { Folder = scratch.At("parts") };
        Assert.True(Run(whole, int.MaxValue).IsSome);
        Assert.True(Run(parts, stopAt: 3).IsNone);
        Assert.True(Run(parts, int.MaxValue).IsSome);
        Assert.Equal(
            File.ReadAllBytes(
                Path.Combine(whole.Folder, "model.safetensors")), File.ReadAllBytes(Path.Combine(parts.Folder, "model.safetensors")));
        Assert.Equal(7, File.ReadLines(Path.Combine(parts.Folder, "run.jsonl")).Count());
    }

    [Fact]
    public void SizesThatDoNotFitAreAllNamed()
    {
        FloeError error = TinyDecoder.Left(new PretrainingShape(2, 24, 4, 3, 7, 32, 32).Config(300));
        Assert.Contains("kv-heads", error.Message, StringComparison.Ordinal);
        Assert.Contains("head-dim", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    public void AModelWithoutHeadsIsNone(int heads) =>
        Assert.StartsWith(
            "heads: expected at least 1", TinyDecoder.Left(
                new PretrainingShape(2, 24, heads, 2, 8, 32, 32).Config(300)).Message, StringComparison.Ordinal);

    private Option<PretrainingResult> Run(PretrainingPlan plan, int stopAt)
    {
        using CancellationTokenSource stop = new();
        return TinyDecoder.Right(PretrainingStage.Run(
            plan,
            progress =>
            {
                if (progress.Done >= stopAt)
                {
                    stop.Cancel();
                }
            },
            Assert.Fail,
            stop.Token));
    }

    private PretrainingPlan Plan(string name, int steps)
    {
        string corpus = scratch.At("corpus");
        TinyDecoder.Right(CorpusFiles.Write(corpus, 1, 200, 20));
        TinyDecoder.Right(VocabularyTraining.Run([Path.Combine(corpus, "pretrain.jsonl")], 300, corpus));
        return new PretrainingPlan(
            Path.Combine(corpus, "pretrain.jsonl"),
            Path.Combine(corpus, "pretrain-heldout.jsonl"),
            corpus,
            new PretrainingShape(Layers: 2, Hidden: 24, Heads: 2, KvHeads: 1, HeadDim: 12, Neurons: 32, Context: 32),
            new TrainingOptions(Steps: Some(steps), Batch: 8, LearningRate: 1e-2, MaxLength: 32),
            "cpu",
            CheckpointEvery: 2,
            scratch.At(name));
    }
}
