using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Stages;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Runs;

/// <summary>Every sample is held against the model before the first step, and what is cut or left out is said.</summary>
public sealed class ModelSamplesTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly DecoderConfig config;
    private readonly Tokenizer tokenizer = Errors.Value(TokenizerFile.Open(Embedded.Model)).Tokenizer;

    public ModelSamplesTests()
    {
        using Checkpoint checkpoint = Errors.Value(Checkpoints.Open(Embedded.Model));
        config = checkpoint.Config;
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(64, 64)]
    [InlineData(128, 128)]
    [InlineData(512, 512)]
    [InlineData(4096, 512)]
    public void TheLengthIsThePapersOrTheContext(int context, int length) =>
        Assert.Equal(length, ModelSamples.DefaultLength(config with { MaxPositions = context }));

    [Fact]
    public void SamplesAreCutAndLeftOutWithAWord()
    {
        List<string> notes = [];
        TokenizedData ids = Errors.Value(ModelSamples.Of(config, tokenizer, Data(), Option<int>.None, notes.Add));
        Assert.All(ids.Samples, sample => Assert.True(sample.Ids.Count <= 128));
        Assert.Equal((1, 1), (ids.Cut, ids.LeftOut));
        Assert.Equal([0, 2], ids.Rows.ToArray());
        Assert.Collection(
            notes,
            cut => Assert.Contains("1 of 3 samples are cut to 128 tokens", cut, StringComparison.Ordinal),
            left => Assert.Contains("1 of 3 samples are left out, since nothing that is learnt of them is within 128 tokens; the first is "
                + "" + scratch.At("d.jsonl") + ", line 2", left, StringComparison.Ordinal));
    }

    [Fact]
    public void ASampleBeyondTheContextIsNamedByItsLine() => Assert.Contains(
        "d.jsonl, line 2: expected at most 128 tokens, the model's context",
        Errors.Of(ModelSamples.Of(config, tokenizer, Data(), 512, _ => { })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AnIdBeyondTheEmbeddingIsNamedByItsLine()
    {
        string message = Errors.Of(ModelSamples.Of(config with { Vocabulary = 2 }, tokenizer, Data(), 128, _ => { })).Message;
        Assert.Contains("d.jsonl, line 1: expected token ids from 0 to 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void APlanIsHeldAgainstAllOfItsDataBeforeItsFirstStage()
    {
        Data();
        Embedded.Sample(scratch);
        string plan = $"name: p\nmodel: {Embedded.Model}\nsample: [{{ data: sample.jsonl }}]\nheldout: [{{ data: d.jsonl }}]\n";
        List<string> notes = [];
        Assert.True(PlanData.Check(Plan(plan), notes.Add).IsRight);
        Assert.Contains(notes, note => note.Contains("left out", StringComparison.Ordinal));
        Assert.Contains(
            "d.jsonl, line 2", Errors.Of(PlanData.Check(Plan(plan + "length: 512\n"), _ => { })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "calibration.tokens", Errors.Of(
                PlanData.Check(Plan(plan + "calibration: { tokens: 300 }\n"), _ => { })).Message, StringComparison.Ordinal);
        File.WriteAllText(scratch.At("d.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\", \"system\": \"c\"}\n");
        Assert.Contains("line 1: system", Errors.Of(PlanData.Check(Plan(plan), _ => { })).Message, StringComparison.Ordinal);
    }

    private RunPlan Plan(string text)
    {
        File.WriteAllText(scratch.At("plan.yaml"), text);
        return Errors.Value(PlanFile.Read(scratch.At("plan.yaml"))).Plan;
    }

    // A short sample, one whose prompt alone is too long, and one whose completion is.
    private DataSet Data()
    {
        string words = string.Concat(Enumerable.Repeat(" boat", 200));
        File.WriteAllLines(scratch.At("d.jsonl"), [$$"""{"prompt": "a", "completion": " b"}""", $$"""{"prompt": "{{words}}", "completion": " b"}""", $$"""{"prompt": "a", "completion": "{{words}}"}"""]);
        return Errors.Value(DataFile.Read(scratch.At("d.jsonl")));
    }
}
