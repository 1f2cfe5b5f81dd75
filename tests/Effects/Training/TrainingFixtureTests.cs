using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Adapters;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using Schedule = Floe.Domain.Training.Schedule;

namespace Floe.Tests.Effects.Training;

/// <summary>Training curves of tiny models: accumulation by tokens, AdamW with decay, clipping, schedules.</summary>
[Trait("Category", "Fixtures")]
public sealed class TrainingFixtureTests
{
    public static TheoryData<string> Cases => FixtureFolders.FoldersWith("training", "expected.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheCurveIsThatOfTheLibrary(string name) => FixtureCase.Run("training", name, () =>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("training", name, "expected.json")));
        JsonElement expected = document.RootElement;
        string kind = expected.GetProperty("kind").GetString()!;
        return kind is "full"
            ? new FloeError.Unsupported(name, $"training of kind {kind}", "adapters", "It belongs to a later capability")
            : Adapter(FixtureFolders.At("training", name), expected);
    });

    private static Either<FloeError, Unit> Adapter(string folder, JsonElement expected)
    {
        return
            from checkpoint in Checkpoints.Open(FixtureFolders.At("models", expected.GetProperty("base_model").GetString()!))
            from done in Using(checkpoint, () =>
                from model in DecoderLoading.Load(checkpoint, torch.CPU)
                from inner in Using(model, () =>
                    AdapterCase.WithAdapter(
                        Path.Combine(folder, "adapter_config.json"), Path.Combine(folder, "initial.safetensors"), model,
                        adapters => Run(model, adapters, folder, expected)))
                select inner)
            select done;
    }

    private static Either<FloeError, Unit> Run(Decoder model, AdapterSet adapters, string folder, JsonElement expected)
    {
        AdapterRule? rule = AdapterForms.Tensors(adapters.Plan.Kind).Rule?.Invoke(adapters, expected.GetProperty("steps").GetInt32());
        using Optimizer optimizer = new([.. adapters.Parameters], Options(expected), rule);
        double[] losses = Numbers(expected, "loss_f64"), norms = Numbers(expected, "grad_norm_f64"), rates = Numbers(expected, "lr");
        JsonElement plan = expected.GetProperty("schedule");
        Schedule schedule = new(
            expected.GetProperty("optimizer").GetProperty("lr").GetDouble(), losses.Length, plan.GetProperty("warmup_steps").GetInt32(),
            WarmUp.FromZero, plan.GetProperty("name").GetString()!.StartsWith("linear", StringComparison.Ordinal)
                ? Decay.Linear
                : Decay.Cosine);
        return
            from batches in SafetensorsFile.Open(Path.Combine(folder, "batches.safetensors"))
            from final in SafetensorsFile.Open(Path.Combine(folder, "final_f64.safetensors"))
            from pool in SampleRows.Read(batches, "")
            from order in batches.Integers("order")
            let width = order.Length / losses.Length
            let task = new TrainingTask(
                losses.Length, step =>
                    [.. order.Skip(step * width).Take(width).Select(i => pool[(int)i])], schedule.Rate, optimizer.Options,
                        MicroBatchTokens: 16)
            from done in OptimizerLoop.Run(task, optimizer, AdapterTraining.Accumulate(model, adapters), 0, Check, CancellationToken.None)
            from tensors in AdapterTensors.Export(adapters)
            let close = SampleRows.AssertClose(
                AdapterCase.Joined(adapters.Plan, tensors, "prompt_encoder.embedding.weight"), final, 1e-3)
            select Ranks(rule, expected);

        Either<FloeError, Unit> Check(TrainingStep step)
        {
            Assert.Equal(rates[step.Step], step.LearningRate, 1e-12);
            Assert.Equal(losses[step.Step], step.Loss, 1e-4);
            Assert.Equal(norms[step.Step], step.GradientNorm, 1e-3 * norms[step.Step]);
            return unit;
        }
    }

    /// <summary>How many triplets of AdaLoRA are left of each linear layer.</summary>
    private static Unit Ranks(AdapterRule? rule, JsonElement expected)
    {
        if (rule is null)
        {
            return unit;
        }

        using AdapterSet finished = rule.Finished();
        foreach (JsonProperty left in expected.GetProperty("final_ranks").EnumerateObject())
        {
            (AdapterSite site, AdapterModule module) = finished.Modules.Single(pair =>
                $"{DecoderLayout.PathOf(pair.Key.Layer, pair.Key.Module)}.lora_E" == left.Name);
            Assert.Equal(left.Value.GetInt32(), site.Rank);
            Assert.Equal(left.Value.GetInt32(), module.Parameters[2].size(0));
        }

        return unit;
    }

    private static AdamWOptions Options(JsonElement expected)
    {
        JsonElement adam = expected.GetProperty("optimizer");
        return new AdamWOptions(
            adam.GetProperty("betas")[0].GetDouble(), adam.GetProperty("betas")[1].GetDouble(), adam.GetProperty("eps").GetDouble(),
            adam.GetProperty("weight_decay").GetDouble(), expected.GetProperty("clip_grad_norm").GetDouble());
    }

    private static double[] Numbers(JsonElement expected, string name) =>
        [.. expected.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    private static Either<FloeError, T> Using<T>(IDisposable held, Func<Either<FloeError, T>> use)
    {
        using (held)
        {
            return use();
        }
    }
}
