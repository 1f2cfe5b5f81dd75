using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Logits, loss, gradients, parameter counts and round trips of the adapter fixtures.</summary>
[Trait("Category", "Fixtures")]
public class AdapterFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("adapters");

    public static TheoryData<string> Ggufs => FixtureFolders.Files("gguf/lora", ".gguf");

    [Theory]
    [MemberData(nameof(Folders))]
    public void LogitsLossAndGradientsAreThoseOfTheReference(string name) => FixtureCase.Run("adapters", name, () =>
    {
        string folder = FixtureFolders.At("adapters", name);
        JsonElement expected = Expected.Json(Path.Combine(folder, "expected.json"));
        string model = FixtureFolders.At("models", expected.GetProperty("base_model").GetString()!);
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from done in ModelFixtureTests.WithModel(model, decoder => AdapterCase.WithAdapter(folder, decoder, adapters =>
                   from logits in FirstOf(Path.Combine(folder, "outputs.safetensors"), "logits_f64", "logits_default_f64")
                   from run in ModelRun.Of(decoder, adapters, inputs)
                   from gradients in Gradients(decoder, adapters, inputs)
                   let same = ModelFixtureTests.CheckLogits(inputs, OfTokens(inputs, logits, expected), run, 1e-4)
                   from saved in RoundTrip(decoder, adapters)
                   select FirstTokens(inputs, expected)
                       ? Loss(inputs, OfTokens(inputs, logits, expected), run)
                       : Check(Path.Combine(folder, "grads.safetensors"), expected, run, adapters, gradients)))
               select done;
    });

    [Theory]
    [MemberData(nameof(Ggufs))]
    public void LogitsWithAGgufAdapterAreThoseOfTheReference(string name) => FixtureCase.Run("gguf/lora", name, () =>
    {
        JsonElement about = Expected.Json(FixtureFolders.At("gguf", "lora", name + ".json"));
        string model = FixtureFolders.At("models", Path.GetFileName(about.GetProperty("base").GetString()!));
        string source = about.GetProperty("source").GetString()!;
        string folder = source.EndsWith('/')
            ? FixtureFolders.At("gguf", "lora", source)
            : FixtureFolders.At("adapters", Path.GetFileName(source));
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from done in ModelFixtureTests.WithModel(model, decoder =>
                   AdapterCase.WithAdapter(FixtureFolders.At("gguf", "lora", name + ".gguf"), decoder, adapters =>
                       from logits in FirstOf(Path.Combine(folder, "outputs.safetensors"), "logits_alpha_over_r_f64", "logits_f64")
                       from run in ModelRun.Of(decoder, adapters, inputs)
                       select ModelFixtureTests.CheckLogits(
                           inputs, logits, run, name.EndsWith("F16", StringComparison.Ordinal) ? 1e-2 : 2e-4)))
               select done;
    });

    /// <summary>The logits of the real tokens, without those of virtual ones before them.</summary>
    private static double[] OfTokens(PaddedInputs inputs, double[] logits, JsonElement expected)
    {
        int virtuals = expected.TryGetProperty("n_virtual_positions_in_logits", out JsonElement some) ? some.GetInt32() : 0;
        int width = logits.Length / inputs.Rows / (virtuals + inputs.Columns);
        return [.. logits.Chunk((virtuals + inputs.Columns) * width).SelectMany(row => row.Skip(virtuals * width))];
    }

    /// <summary>Whether the reference's last virtual token predicts a first token, which no sample of Floe's does.</summary>
    private static bool FirstTokens(PaddedInputs inputs, JsonElement expected) =>
        expected.TryGetProperty("n_virtual_positions_in_logits", out JsonElement some) && some.GetInt32() > 0
        && inputs.Labels.Any(row => row[0] != -100);

    /// <summary>The loss of the reference's logits without those of first tokens.</summary>
    private static Unit Loss(PaddedInputs inputs, double[] logits, ModelRun run)
    {
        int width = logits.Length / inputs.Rows / inputs.Columns;
        double[] losses =
        [
            .. from row in Enumerable.Range(0, inputs.Rows)
               from column in Enumerable.Range(1, inputs.Columns - 1)
               where inputs.Labels[row][column] != -100
               let scores = logits.AsSpan(((row * inputs.Columns) + column - 1) * width, width).ToArray()
               select Math.Log(scores.Sum(Math.Exp)) - scores[inputs.Labels[row][column]],
        ];
        Expected.Close("loss", [losses.Average()], [run.Loss], 1e-5);
        return unit;
    }

    /// <summary>The term that the kind adds to the loss.</summary>
    private static double Penalty(AdapterSet adapters)
    {
        using AdapterRule? rule = AdapterForms.Tensors(adapters.Plan.Kind).Rule?.Invoke(adapters, 1);
        return rule?.Penalty() ?? 0.0;
    }

    private static Either<FloeError, double[]> FirstOf(string path, params string[] names) =>
        Expected.Doubles(path, names.First(name => Expected.Has(path, name)));

    /// <summary>What is saved loads again to the same tensors and the same plan.</summary>
    private static Either<FloeError, Unit> RoundTrip(Decoder model, AdapterSet adapters)
    {
        string folder = Directory.CreateTempSubdirectory("floe-adapter").FullName;
        try
        {
            return from saved in AdapterSets.Save(folder, adapters, model.Config, "base")
                   from written in AdapterTensors.Export(adapters)
                   from read in AdapterCase.WithAdapter(folder, model, again =>
                       AdapterTensors.Export(again).Map(tensors => (again.Plan, tensors)))
                   select Same(adapters.Plan, written, read.Plan, read.tensors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Unit Same(AdapterPlan plan, IReadOnlyList<NamedTensor> written, AdapterPlan again, IReadOnlyList<NamedTensor> read)
    {
        Assert.Equal(plan, again);
        Assert.Equal(written.Select(t => t.Name), read.Select(t => t.Name));
        Assert.Equal(written.SelectMany(t => t.Values.ToArray()), read.SelectMany(t => t.Values.ToArray()));
        return unit;
    }

    private static Either<FloeError, IReadOnlyList<NamedTensor>> Gradients(Decoder model, AdapterSet adapters, PaddedInputs inputs) =>
        from loss in LossBatch.Mean(model.Config, inputs.Samples)
        from gradients in TensorEdge.Bind("gradients", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
            Tensor hidden = DecoderPass.Run(model, batch, adapters);
            using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            hidden.backward([head.Gradient!]);
            using AdapterRule? rule = AdapterForms.Tensors(adapters.Plan.Kind).Rule?.Invoke(adapters, 1);
            rule?.Penalty();
            return AdapterTensors.ExportGradients(adapters);
        })
        select gradients;

    private static Unit Check(
        string reference, JsonElement expected, ModelRun run, AdapterSet adapters, IReadOnlyList<NamedTensor> gradients)
    {
        // PEFT's checkpoint keeps what a projection has made; the reference's gradients and numbers are those of the projection.
        bool made = expected.TryGetProperty("trainable_parameters", out JsonElement trained)
            && trained.EnumerateObject().Any(one => one.Name.StartsWith("prompt_encoder.", StringComparison.Ordinal)
                && one.Name != "prompt_encoder.embedding.weight");
        gradients = made ? [] : AdapterCase.Joined(adapters.Plan, gradients, "prompt_encoder.embedding.weight");

        // LoRAMoE's reference adds its balance constraint to loss and gradients; without it there is the loss alone.
        bool balanced = expected.TryGetProperty("lm_loss_f64", out JsonElement loss) && adapters.Plan.Kind is AdapterKind.LoraMoe;
        if (balanced || expected.TryGetProperty("loss_f64", out loss))
        {
            Expected.Close("loss", [loss.GetDouble()], [run.Loss + Penalty(adapters)], 1e-5);
            Assert.Equal(
                expected.TryGetProperty("n_trainable", out JsonElement count) && !made ? count.GetInt64() : adapters.Count, adapters.Count);
        }

        foreach (NamedTensor gradient in File.Exists(reference) && !balanced ? gradients : [])
        {
            double[] wanted = Expected.Doubles(reference, gradient.Name).IfLeft(error => throw new InvalidDataException(error.Message));
            Expected.CloseInNorm(gradient.Name, wanted, [.. gradient.Values.ToArray().Select(v => (double)v)], 1e-4);
        }

        return unit;
    }
}
