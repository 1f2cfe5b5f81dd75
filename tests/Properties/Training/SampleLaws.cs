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
    public void Ids_are_prompt_completion_and_end_cut_on_the_right() => Check(Samples, item =>
    {
        int end = Tokenizer.Special.Eos.IfNone(-1);
        PromptedIds text = Tokenizer.EncodePrompted(item.Sample.Prompt, item.Sample.Completion);
        Arr<int> whole = text.Prompt + (text.Completion.LastOrNone() == end ? text.Completion : text.Completion.Add(end));
        (TokenizedSample sample, bool cut, _) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        return sample.Ids.SequenceEqual(whole.Take(item.Length)) && cut == whole.Count > item.Length;
    });

    [Fact]
    public void Everything_after_the_prompt_but_the_first_token_is_supervised() => Check(Samples, item =>
    {
        (TokenizedSample sample, _, _) = SampleTokenization.One(Tokenizer, item.Sample, item.Length);
        int prompt = Tokenizer.Encode(item.Sample.Prompt).Count;
        return sample.Supervised.Count == sample.Ids.Count && sample.Supervised.Select((on, at) => on == (at > 0 && at >= prompt)).ForAll(same => same);
    });

    [Fact]
    public void Samples_without_a_target_are_counted_and_left_out() => Check(Samples, item =>
        SampleTokenization.All(Tokenizer, [item.Sample, new TextSample("", "ab ab")], Math.Max(2, item.Length)).Match(
            Right: data => data.Samples.Count + data.LeftOut == 2 && data.Samples.ForAll(sample => sample.Supervised.Exists(on => on)),
            Left: _ => false));

    [Fact]
    public void Start_and_end_of_text_are_there_once_and_the_end_is_learnt() => Check(Samples, item =>
    {
        Tokenizer tokenizer = TextGenerators.Marked;
        (TokenizedSample sample, _, _) = SampleTokenization.One(tokenizer, item.Sample, int.MaxValue);
        (TokenizedSample spelled, _, _) = SampleTokenization.One(tokenizer, item.Sample with { Completion = item.Sample.Completion + "<|end|>" }, int.MaxValue);
        int text = item.Sample.Completion.EndsWith("<|end|>", StringComparison.Ordinal) ? spelled.Ids.Count - 1 : spelled.Ids.Count;
        return sample.Ids[0] == 1 && sample.Ids[^1] == 2 && sample.Supervised[sample.Supervised.Count - 1] && sample.Ids.Count == text;
    });

    [Fact]
    public void Seams_that_moved_are_counted_and_said()
    {
        TextSample apart = new("the c", "at");
        TokenizedData data = Right(SampleTokenization.All(TextGenerators.Marked, [apart, new TextSample("the", " cat")], 99));
        Assert.Equal(1, data.Moved);
        Assert.Contains("1 of 2 samples", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Be kind.")]
    public void A_turn_follows_the_chat_template_and_learns_the_token_that_ends_it(string system)
    {
        TextSample[] turns = [.. PromptTemplates.Conversation([("user", "the cat", false), ("assistant", "ab", true)])];
        Tokenizer model = Chatting(new ChatTemplate.ChatMl(system));
        TokenizedSample sample = Right(SampleTokenization.All(model, turns, 999)).Samples[0];
        string first = system.Length == 0 ? "" : $"<|im_start|>system\n{system}<|im_end|>\n";
        Assert.Equal(model.Encode($"{first}<|im_start|>user\nthe cat<|im_end|>\n<|im_start|>assistant\nab<|im_end|>"), sample.Ids);
        Assert.Equal(model.Encode("ab<|im_end|>").Count, sample.Supervised.Count(on => on));
        Assert.True(sample.Supervised[sample.Supervised.Count - 1]);
    }

    [Fact]
    public void A_turn_is_refused_where_the_model_writes_conversations_otherwise()
    {
        TextSample[] turns = [.. PromptTemplates.Conversation([("user", "the cat", false), ("assistant", "ab", true)])];
        Assert.Contains("no token <|im_start|>", Left(SampleTokenization.All(Tokenizer, turns, 999)).Message, StringComparison.Ordinal);
        Assert.StartsWith("m: chat_template", Left(SampleTokenization.All(Chatting(new ChatTemplate.Other("m: chat_template")), turns, 999)).Message, StringComparison.Ordinal);
        Assert.Contains("plain ChatML", Assert.Single(Right(SampleTokenization.All(Chatting(new ChatTemplate.Absent()), turns, 999)).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_are_the_text_without_its_rest() => Check(Samples, item =>
    {
        Arr<int> ids = Tokenizer.Encode(item.Sample.Prompt);
        Arr<Arr<int>> blocks = SampleTokenization.Blocks(ids, item.Length);
        return blocks.Count == ids.Count / item.Length && blocks.ForAll(block => block.Count == item.Length)
            && blocks.SelectMany(block => block).SequenceEqual(ids.Take(blocks.Count * item.Length));
    });

    private static Tokenizer Chatting(ChatTemplate template)
    {
        int next = Tokenizer.VocabularySize;
        return Right(Tokenizer.Create(Tokenizer.Tables with
        {
            Added = Tokenizer.Tables.Added + Prelude.Array(new AddedToken("<|im_start|>", next, true), new AddedToken("<|im_end|>", next + 1, true)),
            Chat = template,
        }));
    }

    private static T Right<T>(Either<FloeError, T> step) => step.IfLeft(error => throw new InvalidOperationException(error.Message));

    private static FloeError Left<T>(Either<FloeError, T> step) => step.Match(Right: _ => throw new InvalidOperationException("no error"), Left: error => error);

    private void Check<T>(Arbitrary<T> cases, Func<T, bool> holds, Func<T, bool>? telling = null) =>
        Law.Check(output, cases, holds, Sizes.Of, telling);
}
