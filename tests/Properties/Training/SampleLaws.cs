using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Tests.Properties.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Training;

/// <summary>Laws of samples as token ids.</summary>
public sealed class SampleLaws(ITestOutputHelper output)
{
    private static readonly Tokenizer Tokenizer = TextGenerators.ByteComplete;

    private static readonly Arbitrary<(TextSample Sample, int Length)> Samples = Arb.From(
        from prompt in TextGenerators.Texts.Generator
        from completion in TextGenerators.Texts.Generator
        from length in Gen.Choose(1, 80)
        select (new TextSample(prompt, completion), length));

    [Fact]
    public void IdsArePromptCompletionAndEndCutOnTheRight() => Check(Samples, item =>
    {
        int end = Tokenizer.Special.Eos.IfNone(-1);
        PromptedIds text = Tokenizer.EncodePrompted(item.Sample.Prompt, item.Sample.Completion);
        Arr<int> whole = text.Prompt + (text.Completion.LastOrNone() == end ? text.Completion : text.Completion.Add(end));
        (TokenizedSample sample, bool cut, _) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        return sample.Ids.SequenceEqual(whole.Take(item.Length)) && cut == whole.Count > item.Length;
    });

    [Fact]
    public void EverythingAfterThePromptButTheFirstTokenIsSupervised() => Check(Samples, item =>
    {
        (TokenizedSample sample, _, _) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        int prompt = Tokenizer.Encode(item.Sample.Prompt).Count;
        return sample.Supervised.Count == sample.Ids.Count
            && sample.Supervised.Select((on, at) => on == (at > 0 && at >= prompt)).ForAll(same => same);
    });

    [Fact]
    public void SamplesWithoutATargetAreCountedAndLeftOut() => Check(Samples, item =>
        SampleTokenization.All(Tokenizer, [item.Sample, new TextSample("", "ab ab")], Math.Max(2, item.Length)).Match(
            Right: data => data.Samples.Count + data.LeftOut == 2 && data.Samples.ForAll(sample => sample.Supervised.Exists(on => on)),
            Left: _ => false));

    [Fact]
    public void StartAndEndOfTextAreThereOnceAndTheEndIsLearnt() => Check(Samples, item =>
    {
        Tokenizer tokenizer = TextGenerators.Marked;
        (TokenizedSample sample, _, _) = SampleTokenization.One(tokenizer, item.Sample, int.MaxValue);
        (TokenizedSample spelled, _, _) = SampleTokenization.One(
            tokenizer, item.Sample with { Completion = item.Sample.Completion + "<|end|>" }, int.MaxValue);
        int text = item.Sample.Completion.EndsWith("<|end|>", StringComparison.Ordinal) ? spelled.Ids.Count - 1 : spelled.Ids.Count;
        return sample.Ids[0] == 1 && sample.Ids[^1] == 2 && sample.Supervised[sample.Supervised.Count - 1] && sample.Ids.Count == text;
    });

    [Fact]
    public void SeamsThatMovedAreCountedAndSaid()
    {
        TextSample apart = new("the c", "at");
        TokenizedData data = Right(SampleTokenization.All(TextGenerators.Marked, [apart, new TextSample("the", " cat")], 99));
        Assert.Equal(1, data.Moved);
        Assert.Contains("1 of 2 samples", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void BlocksAreTheTextWithoutItsRest() => Check(Samples, item =>
    {
        Arr<int> ids = Tokenizer.Encode(item.Sample.Prompt);
        Arr<Arr<int>> blocks = SampleTokenization.Blocks(ids, item.Length);
        return blocks.Count == ids.Count / item.Length && blocks.ForAll(block => block.Count == item.Length)
            && blocks.SelectMany(block => block).SequenceEqual(ids.Take(blocks.Count * item.Length));
    });

    private static T Right<T>(Either<FloeError, T> step) => step.IfLeft(error => throw new InvalidOperationException(error.Message));

    private void Check<T>(Arbitrary<T> cases, Func<T, bool> holds, Func<T, bool>? telling = null) =>
        Law.Check(output, cases, holds, Sizes.Of, telling);
}
