using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Models;

/// <summary>Greedy generation of several prompts of different lengths at once, with a cache.</summary>
[Trait("Category", "Fixtures")]
public class GenerationFixtureTests
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("generation");

    [Theory]
    [MemberData(nameof(Folders))]
    public void TokensAndLogitsOfEachStepAreThoseOfTheReference(string name) => FixtureCase.Run("generation", name, () =>
    {
        string folder = FixtureFolders.At("generation", name);
        string outputs = Path.Combine(folder, "outputs.safetensors");
        string model = Expected.Json(Path.Combine(folder, "expected.json")).GetProperty("base_model").GetString()!;
        return from inputs in PaddedInputs.Read(Path.Combine(folder, "inputs.safetensors"))
               from generated in Expected.Doubles(outputs, "generated")
               from logits in Expected.Doubles(outputs, "step_logits_f64")
               from done in ModelFixtureTests.WithModel(Path.GetFullPath(Path.Combine(folder, model)), decoder =>
                   Generate(decoder, inputs, generated.Length / inputs.Rows).Map(found => Check(inputs.Rows, generated, logits, found)))
               select done;
    });

    private sealed record Found(IReadOnlyList<IReadOnlyList<int>> Answers, IReadOnlyList<double[]> Steps);

    private static Either<FloeError, Found> Generate(Decoder model, PaddedInputs inputs, int tokens)
    {
        List<double[]> steps = [];
        GenerationOptions options = new(tokens, System.Collections.Immutable.ImmutableHashSet<int>.Empty);
        return Generation.Run(model, null, inputs.Sequences, options, (_, logits) => steps.Add(Tensors.Doubles(logits)))
            .Map(answers => new Found(answers, steps));
    }

    private static Unit Check(int rows, double[] generated, double[] logits, Found found)
    {
        int tokens = found.Steps.Count;
        int width = found.Steps[0].Length / rows;
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(generated.Skip(row * tokens).Take(tokens), found.Answers[row].Select(id => (double)id));
            for (int step = 0; step < tokens; step++)
            {
                Expected.Close($"logits of prompt {row}, step {step}",
                    logits.AsSpan(((row * tokens) + step) * width, width), found.Steps[step].AsSpan(row * width, width), 1e-4);
            }
        }

        return unit;
    }
}
