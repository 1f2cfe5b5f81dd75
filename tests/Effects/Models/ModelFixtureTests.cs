using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>Logits, hidden states and loss of every model fixture, against the float64 run of the reference.</summary>
[Trait("Category", "Fixtures")]
public class ModelFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("models");

    public static TheoryData<string> Ggufs => FixtureFolders.Files("gguf/model", ".gguf");

    [Theory]
    [MemberData(nameof(Folders))]
    public void LogitsHiddenStatesAndLossAreThoseOfTheReference(string name) => FixtureCase.Run("models", name, () =>
    {
        string folder = FixtureFolders.At("models", name);
        JsonElement expected = Expected.Json(Path.Combine(folder, "expected.json"));
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from logits in Expected.Doubles(Path.Combine(folder, "outputs.safetensors"), "logits_f64")
               from hidden in Expected.Doubles(Path.Combine(folder, "outputs.safetensors"), "hidden_states")
               from found in WithModel(folder, model => ModelRun.Of(model, null, inputs))
               select Check(inputs, logits, hidden, expected.GetProperty("loss_f64").GetDouble(), found);
    });

    [Theory]
    [MemberData(nameof(Ggufs))]
    public void LogitsOfAGgufAreThoseOfTheReference(string name) => FixtureCase.Run("gguf/model", name, () =>
        from inputs in PaddedInputs.Read(FixtureFolders.At("gguf", "model", name + ".inputs.safetensors"))
        from logits in Expected.Doubles(FixtureFolders.At("gguf", "model", name + ".outputs.safetensors"), "logits_f64")
        from found in WithModel(FixtureFolders.At("gguf", "model", name + ".gguf"), model => ModelRun.Of(model, null, inputs))
        select CheckLogits(inputs, logits, found, 2e-4));

    internal static Either<FloeError, T> WithModel<T>(string path, Func<Decoder, Either<FloeError, T>> use) =>
        Checkpoints.Open(path).Bind(checkpoint =>
        {
            using LiveTensors live = new();
            using (checkpoint)
            {
                return DecoderLoading.Load(checkpoint, CPU).Bind(model =>
                {
                    using (model)
                    {
                        return use(model);
                    }
                });
            }
        });

    internal static Unit CheckLogits(PaddedInputs inputs, double[] expected, ModelRun found, double tolerance)
    {
        int width = found.Logits[0].Length / inputs.Real(0).Length;
        for (int r = 0; r < inputs.Rows; r++)
        {
            foreach ((int at, int column) in inputs.Real(r).Index())
            {
                Expected.Close($"logits of row {r}, column {column}",
                    expected.AsSpan(((r * inputs.Columns) + column) * width, width), found.Logits[r].AsSpan(at * width, width), tolerance);
            }
        }

        return unit;
    }

    private static Unit Check(PaddedInputs inputs, double[] logits, double[] hidden, double loss, ModelRun found)
    {
        CheckLogits(inputs, logits, found, 1e-4);
        Expected.Close("loss", [loss], [found.Loss], 1e-5);
        int width = hidden.Length / (found.Hidden.Count * inputs.Rows * inputs.Columns);
        for (int l = 0; l < found.Hidden.Count; l++)
        {
            int offset = 0;
            for (int r = 0; r < inputs.Rows; r++)
            {
                foreach (int column in inputs.Real(r))
                {
                    int start = ((((l * inputs.Rows) + r) * inputs.Columns) + column) * width;
                    Expected.Close($"hidden state {l}, row {r}, column {column}",
                        hidden.AsSpan(start, width), found.Hidden[l].AsSpan(offset, width), 1e-4);
                    offset += width;
                }
            }
        }

        return unit;
    }
}
