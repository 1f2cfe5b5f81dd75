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
    public void Ids_are_prompt_completion_and_end_cut_on_the_right() => Check(Samples, item =>
    {
        Arr<int> whole = Tokenizer.Encode(item.Sample.Prompt) + Tokenizer.Encode(item.Sample.Completion).Add(Tokenizer.Special.Eos.IfNone(-1));
        (TokenizedSample sample, bool cut) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        return sample.Ids.SequenceEqual(whole.Take(item.Length)) && cut == whole.Count > item.Length;
    });

    [Fact]
    public void Everything_after_the_prompt_but_the_first_token_is_supervised() => Check(Samples, item =>
    {
        (TokenizedSample sample, _) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        int prompt = Tokenizer.Encode(item.Sample.Prompt).Count;
        return sample.Supervised.Count == sample.Ids.Count && sample.Supervised.Select((on, at) => on == (at > 0 && at >= prompt)).ForAll(same => same);
    });

    [Fact]
    public void Samples_without_a_target_are_counted_and_left_out() => Check(Samples, item =>
        SampleTokenization.All(Tokenizer, [item.Sample, new TextSample("", "ab ab")], Math.Max(2, item.Length)).Match(
            Right: data => data.Samples.Count + data.LeftOut == 2 && data.Samples.ForAll(sample => sample.Supervised.Exists(on => on)),
            Left: _ => false));

    [Fact]
    public void Blocks_are_the_text_without_its_rest() => Check(Samples, item =>
    {
        Arr<int> ids = Tokenizer.Encode(item.Sample.Prompt);
        Arr<Arr<int>> blocks = SampleTokenization.Blocks(ids, item.Length);
        return blocks.Count == ids.Count / item.Length && blocks.ForAll(block => block.Count == item.Length)
            && blocks.SelectMany(block => block).SequenceEqual(ids.Take(blocks.Count * item.Length));
    });

    private void Check<T>(Arbitrary<T> cases, Func<T, bool> holds, Func<T, bool>? telling = null) =>
        Law.Check(output, cases, holds, Sizes.Of, telling);
}
