using Floe.Domain;
using Floe.Domain.Metrics;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects;
using Floe.Effects.Data;
using Floe.Effects.Engine;
using Floe.Effects.Evaluation;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Tables;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Pretraining.Training;

/// <summary>What is pretrained, from what, and where to.</summary>
/// <param name="Data">File to learn from.</param>
/// <param name="HeldOut">File to be judged by.</param>
/// <param name="Tokenizer">Where the tokenizer lies.</param>
/// <param name="Shape">Sizes of the decoder.</param>
/// <param name="Training">Steps, batch in blocks, schedule.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="CheckpointEvery">Steps between checkpoints.</param>
/// <param name="Folder">The Hugging Face folder that is written; <c>run.jsonl</c> lies there too.</param>
internal sealed record PretrainingPlan(
    string Data, string HeldOut, string Tokenizer, PretrainingShape Shape, TrainingOptions Training, string Device, int CheckpointEvery,
        string Folder);

/// <summary>A model that was pretrained.</summary>
/// <param name="Parameters">Weights, a tied head counted once.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Tokens">Tokens that were read in training.</param>
/// <param name="HeldOutLoss">Mean loss on the held-out text in nats a token, of the weights as they were written.</param>
/// <param name="Unigram">Entropy of the held-out text's tokens, by its own counts.</param>
/// <param name="Bigram">The same given the token before.</param>
internal sealed record PretrainingResult(long Parameters, int Steps, long Tokens, double HeldOutLoss, double Unigram, double Bigram);

/// <summary>From text to a model folder.</summary>
internal static class PretrainingStage
{
    private const string Command = "floe pretrain";

    /// <summary>Trains, writes the folder (bfloat16), and measures what was written.</summary>
    /// <param name="plan">What, from what, where to.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="warn">Takes one line for each checkpoint of another run that lies in the folder.</param>
    /// <param name="stop">Cancelled to save a checkpoint and end; the next call with this plan goes on.</param>
    /// <returns>The result; none where it was stopped; or the first error.</returns>
    public static Either<FloeError, Option<PretrainingResult>> Run(
        PretrainingPlan plan, Action<StageProgress> progress, Action<string> warn, CancellationToken stop) =>
        from tokenizer in TokenizerFile.Open(plan.Tokenizer)
        from config in plan.Shape.Config(tokenizer.Tokenizer.VocabularySize)
        from device in OpenedModel.DeviceOf(plan.Device)
        from blocks in CalibrationText.Blocks(plan.Data, tokenizer.Tokenizer, config.MaxPositions)
        from heldOut in CalibrationText.Blocks(plan.HeldOut, tokenizer.Tokenizer, config.MaxPositions)
        let files = new TrainingFiles(
            Path.Combine(plan.Folder, "run.jsonl"), Everything(plan, config, tokenizer, blocks), warn, plan.CheckpointEvery)
        let task = PretrainingRun.Task(plan.Training, blocks)
        from made in FileErrors.Try(plan.Folder, "make the folder", () => Directory.CreateDirectory(plan.Folder))
        from begun in Unfinished.Begin(plan.Folder, Command, ["model.safetensors", ConfigFile.Name])
        from trained in PretrainingRun.Train(config, task, device, files, progress, stop)
        from result in Finish(plan, task, files, trained.Decoder, trained.Steps, tokenizer.Tokenizer, heldOut)
        select result;

    /// <summary>Everything that decides the bytes of a pretrained model.</summary>
    /// <param name="plan">What, and how.</param>
    /// <param name="config">The decoder.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="blocks">The text.</param>
    internal static Fingerprint Everything(PretrainingPlan plan, DecoderConfig config, LoadedTokenizer tokenizer, Arr<Arr<int>> blocks) =>
        Fingerprint.Of(
        ("tool", TableMetadata.Tool),
        ("device", plan.Device),
        ("model", config),
        ("tokenizer", tokenizer.Sha256),
        ("data", Fingerprint.OfSamples(blocks.Select(block => LossBatch.AllSupervised(block.ToArray())))),
        ("training", plan.Training));

    private static Either<FloeError, Option<PretrainingResult>> Finish(
        PretrainingPlan plan, TrainingTask task, TrainingFiles files, TrainableDecoder decoder, int steps, Tokenizer tokenizer,
            Arr<Arr<int>> heldOut)
    {
        using TrainableDecoder owned = decoder;
        return steps < task.Steps
            ? Option<PretrainingResult>.None
            : from weights in TensorEdge.Bind("write the model", () => CheckpointWriter.Write(
                  plan.Folder, owned.Model.Config, ElementType.BF16, name => DecoderValues.Of(owned.Model, name)))
              from vocabulary in TokenizerWriter.Write(plan.Folder, tokenizer)
              from loss in Measure(plan, heldOut)
              from cleared in files.Done()
              from ended in Unfinished.End(plan.Folder, Command)
              let ids = heldOut.SelectMany(block => block).ToArray()
              select Some(new PretrainingResult(
                  owned.Model.Parameters,
                  steps,
                  (long)steps * plan.Training.Batch * plan.Shape.Context,
                  loss.Loss,
                  TokenEntropy.Unigram(ids),
                  TokenEntropy.Bigram(ids)));
    }

    private static Either<FloeError, HeldOutLoss> Measure(PretrainingPlan plan, Arr<Arr<int>> heldOut) =>
        OpenedModel.Open(plan.Folder, None, plan.Device, _ => { }).Bind(model =>
        {
            using OpenedModel opened = model;
            return HeldOut.Measure(opened.Decoder, null, [.. heldOut.Select(block => LossBatch.AllSupervised(block.ToArray()))]);
        });
}
