using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
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

/// <summary>One LoRAMoE layer: output and gradients are the repository's, without its balance constraint, whose own gradient the fixture
/// gives apart.</summary>
[Trait("Category", "Fixtures")]
public sealed class MixtureFixtureTests
{
    public static TheoryData<string> Layers => FixtureFolders.FoldersWith("mixtures", "grads.safetensors");

    [Theory]
    [MemberData(nameof(Layers))]
    public void OutputAndGradientsOfALayerAreThoseOfTheReference(string name) => FixtureCase.Run("mixtures", name, () =>
        name.StartsWith("loramoe_linear", StringComparison.Ordinal)
            ? TensorEdge.Run(name, () => Compare(FixtureFolders.At("mixtures", name)))
            : new FloeError.Unsupported(name, "mixtures of whole adapters", "LoRAMoE's layer", "It belongs to a later capability."));

    private static LanguageExt.Unit Compare(string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement about = Expected.Json(Path.Combine(folder, "expected.json"));
        int Number(string key) => about.GetProperty(key).GetInt32();
        (int input, int output, int rank, int experts) = (Number("in_features"), Number("out_features"), Number("r"), Number("lora_nums"));
        string inputs = Path.Combine(folder, "inputs.safetensors"), gradients = Path.Combine(folder, "grads.safetensors");
        Tensor? bias = Expected.Has(inputs, "bias") ? Read(inputs, "bias", output) : null;
        AdapterKind kind = new AdapterKind.LoraMoe();
        AdapterSite site = new(0, Projection.Gate, rank, experts, new ModelShape(1, 1, 1, output, input, input));
        string[] parts = [.. AdapterForms.Stored(kind).Parts(experts)];
        FrozenProjection frozen = new(Read(inputs, "weight", output, input), bias);
        using AdapterModule module = AdapterForms.Tensors(kind).Make(
            new ModulePlace(site, (double)Number("lora_alpha") / rank, 0.0, frozen),
            [.. parts.Zip(kind.TensorsOn(site), (part, tensor) => Read(inputs, part, [.. tensor.Shape.Select(side => side.Length)]))]);

        Tensor x = Read(inputs, "x", -1, input);
        Tensor y = module.Apply(x, nn.functional.linear(x, frozen.Weight, bias!), training: false);
        Expected.Close("y", Doubles(Path.Combine(folder, "outputs.safetensors"), "y_f64"), Tensors.Doubles(y), 1e-4);
        y.mul(Read(inputs, "upstream", -1, output)).sum().backward();
        IReadOnlyList<Tensor> found = module.Stored(parameter => parameter.grad!);
        for (int part = 0; part < parts.Length; part++)
        {
            double[] wanted = Doubles(gradients, $"{parts[part]}_f64");
            string balance = $"balance_only.{parts[part]}_f64";
            double[] apart = Expected.Has(gradients, balance) ? Doubles(gradients, balance) : new double[wanted.Length];
            Expected.CloseInNorm(
                parts[part], [.. wanted.Zip(apart, (whole, constraint) => whole - constraint)], Tensors.Doubles(found[part]), 1e-4);
        }

        return unit;
    }

    private static double[] Doubles(string path, string name) =>
        Expected.Doubles(path, name).IfLeft(error => throw new InvalidDataException(error.Message));

    private static Tensor Read(string path, string name, params long[] shape) =>
        tensor(Doubles(path, name).Select(v => (float)v).ToArray()).view(shape);
}
