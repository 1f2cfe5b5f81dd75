using System.Text.Json;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>AdaLoRA's allocation, step by step: gradients, importances, deviations and the triplets that are left are PEFT's.</summary>
[Trait("Category", "Fixtures")]
public sealed class AdaLoraTraceTests
{
    public static TheoryData<string> Folders => FixtureFolders.FoldersWith("adapters", "allocation_trace.safetensors");

    [Theory]
    [MemberData(nameof(Folders))]
    public void EveryStepLeavesTheTripletsOfTheReference(string name) => FixtureCase.Run("adapters (allocation)", name, () =>
    {
        string folder = FixtureFolders.At("adapters", name);
        JsonElement trace = Expected.Json(Path.Combine(folder, "allocation_trace.json"));
        string model = Expected.Json(Path.Combine(folder, "expected.json")).GetProperty("base_model").GetString()!;
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from done in ModelFixtureTests.WithModel(FixtureFolders.At("models", model), decoder =>
                   AdapterCase.WithAdapter(folder, decoder, adapters =>
                       from loss in LossBatch.Mean(decoder.Config, inputs.Samples)
                       from walked in TensorEdge.Run(name, () =>
                           Walk(decoder, adapters, loss, trace, Path.Combine(folder, "allocation_trace.safetensors")))
                       select walked))
               select done;
    });

    private static Unit Walk(Decoder model, AdapterSet adapters, LossBatch loss, JsonElement trace, string tensors)
    {
        using AdapterRule rule = AdapterForms.Tensors(adapters.Plan.Kind).Rule!(adapters, 1);
        Parameter[] numbers = [.. adapters.Parameters];
        string[] names = [.. AdapterTensors.Export(adapters).IfLeft(e => throw new InvalidDataException(e.Message)).Select(t => t.Name)];
        foreach (JsonElement step in trace.GetProperty("steps").EnumerateArray())
        {
            using DisposeScope scope = NewDisposeScope();
            int at = step.GetProperty("step").GetInt32();
            double whole = Backward(model, adapters, loss) + rule.Penalty();
            Assert.Equal(step.GetProperty("loss_before_step").GetDouble(), whole, 1e-4);
            using IDisposable frozen = no_grad();
            foreach (Parameter number in numbers)
            {
                number.sub_(number.grad!.mul(trace.GetProperty("sgd_lr").GetDouble()));
            }

            rule.Moved(at);
            for (int i = 0; i < numbers.Length; i++)
            {
                Compare(tensors, $"step{at}.grad.{names[i]}", numbers[i].grad!, 1e-3);
                Compare(tensors, $"step{at}.param.{names[i]}", numbers[i], 1e-4);
                if (!step.GetProperty("ipt_reset").GetBoolean())
                {
                    string inner = names[i]["base_model.model.".Length..];
                    Compare(tensors, $"step{at}.exp_avg_ipt.{inner}", rule.State[i], 1e-3);
                    Compare(tensors, $"step{at}.exp_avg_unc.{inner}", rule.State[numbers.Length + i], 1e-3);
                }

                numbers[i].grad!.zero_();
            }
        }

        return unit;
    }

    private static double Backward(Decoder model, AdapterSet adapters, LossBatch loss)
    {
        using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
        Tensor hidden = DecoderPass.Run(model, batch, adapters);
        using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
        hidden.backward([head.Gradient!]);
        return head.Loss;
    }

    private static void Compare(string tensors, string name, Tensor found, double tolerance) => Expected.CloseInNorm(
        name, Expected.Doubles(tensors, name).IfLeft(error => throw new InvalidDataException(error.Message)), Tensors.Doubles(found),
        tolerance);
}
