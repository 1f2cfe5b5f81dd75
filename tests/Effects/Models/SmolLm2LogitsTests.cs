using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Models;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>The pretrained model's logits, hidden states, token losses and greedy text.</summary>
[Collection(SmolLm2.Shared)]
[Trait("Category", "Fixtures")]
public class SmolLm2LogitsTests(SmolLm2 smol)
{
    public static TheoryData<string> Folders => FixtureFolders.Folders("smollm2/logits");

    [Theory]
    [MemberData(nameof(Folders))]
    public void LogitsAndTokenLossesAreThoseOfTheReference(string name) => FixtureCase.Run("smollm2/logits", SmolLm2.Available(name), () =>
    {
        string folder = FixtureFolders.At("smollm2", "logits", name);
        double nll = Expected.Json(Path.Combine(folder, "case.json")).GetProperty("nll_f64").GetDouble();
        return from model in smol.Model
               from reference in SafetensorsFile.Open(Path.Combine(folder, "reference.safetensors"))
               from ids in reference.Integers("input_ids")
               from top in reference.Integers("top_ids")
               from topLogits in reference.Doubles("top_logits_f64")
               from last in reference.Doubles("last_logits_f64")
               from hidden in reference.Doubles("last_hidden")
               from logProbabilities in reference.Doubles("token_logprobs_f64")
               from found in Run(model, [.. ids.Select(id => (int)id)])
               select Check(nll, top, topLogits, last, hidden, logProbabilities, found);
    });

    // Half a gigabyte of weights is written and read once: what GGUF stores in blocks and in another order of rows must come out as the
    // same model, with its tokenizer.
    [Fact]
    public void TheFolderThatConvertWritesIsTheSameModel() => FixtureCase.Run("smollm2/converted", SmolLm2.Available("f32"), () =>
    {
        using Scratch scratch = new();
        JsonElement first = Expected.Json(FixtureFolders.At("smollm2", "greedy", "cases.json")).GetProperty("cases")[0];
        int[] prompt = Integers(first.GetProperty("prompt_ids")), expected = Integers(first.GetProperty("new_ids"));
        string story = FixtureFolders.At("smollm2", "logits", "story", "reference.safetensors");
        return from written in CheckpointConversion.Run(SmolLm2.Folder, scratch.Folder, ElementType.F32, _ => { })
               from tokenizer in TokenizerFile.Open(scratch.Folder)
               from reference in SafetensorsFile.Open(story)
               from ids in reference.Integers("input_ids")
               from last in reference.Doubles("last_logits_f64")
               from done in ModelFixtureTests.WithModel(scratch.Folder, model =>
                   from found in Run(model, [.. ids.Select(id => (int)id)])
                   from answers in Generation.Run(model, null, [prompt], new GenerationOptions(
                       expected.Length, System.Collections.Immutable.ImmutableHashSet.Create(2)))
                   select Same(tokenizer.Tokenizer, last, found.Logits.AsSpan(^last.Length..), answers[0]))
               select done;

        Unit Same(Tokenizer tokenizer, double[] last, ReadOnlySpan<double> found, IReadOnlyList<int> answer)
        {
            Assert.Equal(prompt, tokenizer.Encode(first.GetProperty("prompt").GetString()!).AsEnumerable());
            Assert.Equal(expected, answer);
            Assert.Equal(first.GetProperty("text").GetString(), tokenizer.Decode(answer));
            Expected.Close("last logits", last, found, 2e-4);
            return unit;
        }
    });

    [Fact]
    public void GreedyTextIsThatOfTheReference()
    {
        string path = FixtureFolders.At("smollm2", "greedy", "cases.json");
        FixtureCase.Run("smollm2/greedy", File.Exists(path) ? SmolLm2.Available("cases") : FixtureFolders.Absent, () =>
        {
            JsonElement file = Expected.Json(path);
            JsonElement[] cases = [.. file.GetProperty("cases").EnumerateArray()];
            int[][] expected = [.. cases.Select(c => Integers(c.GetProperty("new_ids")))];
            int[][] prompts = [.. cases.Select(c => Integers(c.GetProperty("prompt_ids")))];
            GenerationOptions options = new(
                file.GetProperty("max_new_tokens").GetInt32(), System.Collections.Immutable.ImmutableHashSet.Create(2));
            return smol.Model.Bind(model => Generation.Run(model, null, [.. prompts.Select(p => (ReadOnlyMemory<int>)p)], options))
                .Map(answers =>
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.Equal(expected[i], answers[i]);
                }

                return unit;
            });
        });
    }

    private sealed record Found(double[] Logits, List<double[]> LastHidden, float[] Losses, double Loss);

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    private static Either<FloeError, Found> Run(Decoder model, int[] ids) =>
        from batch in TokenBatch.Of(model.Config, [(ReadOnlyMemory<int>)ids])
        from loss in LossBatch.EveryToken(model.Config, [ids], ids.Length - 1)
        from found in TensorEdge.Run("run", () =>
        {
            using IDisposable frozen = no_grad();
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors tensors = BatchTensors.Of(model, batch);
            List<double[]> hidden = [];
            Tensor last = DecoderPass.Run(model, tensors, observe: (l, x) => hidden.Add(Tensors.Doubles(LastRow(
                l < model.Layers.Count ? x : DecoderLayer.RmsNorm(x, model.FinalNorm, model.Config)))));
            using HeadLoss head = HeadLoss.Of(model, last, loss.Targets, gradient: false);
            return new Found(Tensors.Doubles(DecoderPass.Logits(model, last)), hidden, [.. head.TokenLosses], head.Loss);
        })
        select found;

    private static Tensor LastRow(Tensor x) => x.narrow(0, x.size(0) - 1, 1);

    private static Unit Check(
        double nll, long[] top, double[] topLogits, double[] last, double[] hidden, double[] logProbabilities, Found found)
    {
        int width = last.Length;
        double[] atTop = [.. top.Select((id, i) => found.Logits[((i / 16) * width) + id])];
        Expected.Close("largest logits", topLogits, atTop, 2e-4);
        Expected.Close("last logits", last, found.Logits.AsSpan(^width..), 2e-4);
        Expected.Close("token log-probabilities", logProbabilities, [.. found.Losses.Select(loss => -(double)loss)], 2e-4);
        Expected.Close("nll", [nll], [found.Loss], 1e-5);
        Expected.CloseToLargest("hidden states of the last token", hidden, [.. found.LastHidden.SelectMany(h => h)], 1e-4);
        return unit;
    }
}
