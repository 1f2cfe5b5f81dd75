using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Evaluation;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Adapters;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;
using Schedule = Floe.Domain.Training.Schedule;

namespace Floe.Tests.Effects.Training;

/// <summary>Whole training runs on the pretrained model: loss and gradient norm of every step, held-out loss, final tensors.</summary>
[Collection(SmolLm2.Shared)]
public sealed class SmolTrainingTests(SmolLm2 smol)
{
    private const double LossTolerance = 1e-4;
    private const double NormTolerance = 1e-3;

    // Adam divides a gradient by its own size, so where gradients are as small as their rounding a few elements go another way; routers
    // most.
    private const double TensorTolerance = 5e-2;

    public static TheoryData<string> Cases => FixtureFolders.FoldersWith("smollm2", "batches.safetensors");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void TheCurveIsThatOfTheFloat64Run(string name) => FixtureCase.Run("smollm2 training", SmolLm2.Available(name), () =>
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("smollm2", name, "expected.json")));
        return
            from model in smol.Model
            from batches in SafetensorsFile.Open(FixtureFolders.At("smollm2", name, "batches.safetensors"))
            from final in SafetensorsFile.Open(FixtureFolders.At("smollm2", name, "adapter_model.safetensors"))
            from done in Check(model, batches, final, expected.RootElement, FixtureFolders.At("smollm2", name))
            select done;
    });

    private static Either<FloeError, Unit> Check(
        Decoder model, SafetensorsFile batches, SafetensorsFile final, JsonElement expected, string folder)
    {
        using SafetensorsFile heldBatches = batches, heldFinal = final;
        JsonElement run = expected.GetProperty("runs").GetProperty("f64");
        JsonElement[] steps = [.. run.GetProperty("steps").EnumerateArray()];
        JsonElement adam = expected.GetProperty("adamw");
        Schedule schedule = new(expected.GetProperty("peak_lr").GetDouble(), steps.Length, expected.GetProperty("warmup_steps").GetInt32());
        AdamWOptions options = new(
            adam.GetProperty("betas")[0].GetDouble(), adam.GetProperty("betas")[1].GetDouble(), adam.GetProperty("eps").GetDouble(),
            adam.GetProperty("weight_decay").GetDouble(), expected.GetProperty("clip_grad_norm").GetDouble());
        return
            from train in SampleRows.Read(batches, "")
            from heldOut in SampleRows.Read(batches, "heldout_")
            from done in AdapterCase.WithAdapter(
                Path.Combine(folder, "adapter_config.json"), Path.Combine(folder, "adapter_init.safetensors"), model, adapters =>
                    Train(model, adapters, train, heldOut, new TrainingTask(
                        steps.Length, step =>
                            train.Skip(step * (train.Count / steps.Length))
                                .Take(train.Count / steps.Length)
                                .ToList(), schedule.Rate, options), run, final))
            select done;
    }

    private static Either<FloeError, Unit> Train(
        Decoder model, AdapterSet adapters, IReadOnlyList<TokenizedSample> train, IReadOnlyList<TokenizedSample> heldOut, TrainingTask task,
        JsonElement run, SafetensorsFile final)
    {
        using Optimizer optimizer = new([.. adapters.Parameters], task.Optimizer);
        JsonElement[] steps = [.. run.GetProperty("steps").EnumerateArray()];
        return
            from before in HeldOut.Measure(model, adapters, heldOut)
            from done in OptimizerLoop.Run(
                task, optimizer, AdapterTraining.Accumulate(model, adapters), 0, CheckStep, CancellationToken.None)
            from after in HeldOut.Measure(model, adapters, heldOut)
            from tensors in AdapterTensors.Export(adapters)
            select CheckEnd(before, after, tensors);

        Either<FloeError, Unit> CheckStep(TrainingStep step)
        {
            Assert.Equal(steps[step.Step].GetProperty("lr").GetDouble(), step.LearningRate, 1e-15);
            Assert.Equal(steps[step.Step].GetProperty("loss").GetDouble(), step.Loss, LossTolerance);
            double norm = steps[step.Step].GetProperty("grad_norm").GetDouble();
            Assert.Equal(norm, step.GradientNorm, NormTolerance * norm);
            return unit;
        }

        Unit CheckEnd(HeldOutLoss before, HeldOutLoss after, IReadOnlyList<NamedTensor> tensors)
        {
            Assert.Equal(run.GetProperty("heldout_tokens").GetInt64(), after.Tokens);
            Assert.Equal(run.GetProperty("heldout_before").GetDouble(), before.Loss, LossTolerance);
            Assert.Equal(run.GetProperty("heldout_after").GetDouble(), after.Loss, LossTolerance);
            Assert.Equal(final.Tensors.Keys.Order(StringComparer.Ordinal), tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
            return SampleRows.AssertClose(tensors, final, TensorTolerance);
        }
    }
}
