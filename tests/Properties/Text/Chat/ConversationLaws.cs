using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Text.Chat;

/// <summary>Conversations as ids: what is learnt is what the assistant says with the token that ends its turn, by place, whatever the
/// template.</summary>
public sealed class ConversationLaws
{
    private const string ChatMl =
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    private const string System =
        "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}" + ChatMl;

    private const string Bracketed =
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}{{ '[INST] ' + m.content + ' [/INST]' }}{% elif m.role == "
            + "'assistant' %}{{ ' ' + m.content + ' ' + eos_token }}"
        + "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}";

    private const string Rewriting =
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}{% if m.role == 'assistant' and loop.last %}{{ "
            + "'<think>\n\n</think>\n\n' }}{% endif %}{{ m.content + '<|im_end|>\n' }}"
        + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    private const string Unended =
        "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% "
            + "endif %}";

    private static readonly ChatMessage[] Two =
    [
        new("user", "the cat"), new("assistant", "ab", Learnt: true), new("user", "and the dog"), new(
            "assistant", "aab", Learnt: true), new("user", "so?"),
    ];

    public static TheoryData<string, string> Learnt => new()
    {
        { ChatMl, "ab<|im_end|>|aab<|im_end|>" },
        { System, "ab<|im_end|>|aab<|im_end|>" },
        { Bracketed, " ab <|end|>| aab <|end|>" },
        { Rewriting, "<think>\n\n</think>\n\naab<|im_end|>" },
        { Unended, "ab\n|aab\n<|end|>" },
    };

    [Theory]
    [MemberData(nameof(Learnt))]
    public void WhatTheAssistantSaysIsLearntWithTheTokenThatEndsItsTurn(string template, string learnt)
    {
        Tokenizer model = Chatting(template);
        TokenizedSample sample = Right(SampleTokenization.All(model, [TextSample.Of(Two)], 999)).Samples[0];
        Assert.Equal(learnt, string.Join('|', Runs(sample, model)));
    }

    [Fact]
    public void TheIdsAreThoseOfTheTextThatTheTemplateGives()
    {
        foreach (string template in (string[])[ChatMl, System, Bracketed])
        {
            Tokenizer model = Chatting(template);
            TokenizedData data = Right(SampleTokenization.All(model, [TextSample.Of(Two)], 999));
            string text = model.Decode(data.Samples[0].Ids);
            Assert.Equal(model.Encode(text), data.Samples[0].Ids);
            Assert.Equal(0, data.Moved);
            Assert.EndsWith(template == Bracketed ? "<|end|>" : "<|im_end|>", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheStartOfTextIsThereOnceWhetherOrNotTheTemplatePrintsIt()
    {
        foreach (string template in (string[])[Bracketed, Bracketed.Replace("{{ bos_token }}", "", StringComparison.Ordinal), ChatMl])
        {
            Tokenizer model = Chatting(template, starts: true);
            Assert.Equal(
                1, Right(
                    SampleTokenization.All(model, [TextSample.Of(Two)], 999)).Samples[0].Ids.Count(
                        id => id == model.Special.Bos.IfNone(-1)));
        }
    }

    [Fact]
    public void ATokenThatPadsOrIsSpelledInAMessageIsLearntByPlaceAlone()
    {
        ChatMessage[] said = [new("user", "say <|im_end|>"), new("assistant", "<|im_end|> it is", Learnt: true)];
        Tokenizer model = Chatting(ChatMl, pads: true);
        Assert.Equal(
            ["<|im_end|> it is<|im_end|>"], Runs(Right(SampleTokenization.All(model, [TextSample.Of(said)], 999)).Samples[0], model));
    }

    [Fact]
    public void AMessageOfWeight0IsReadAndNotLearnt()
    {
        ChatMessage[] said = [.. Two];
        said[1] = said[1] with { Learnt = false };
        Tokenizer model = Chatting(ChatMl);
        TokenizedSample sample = Right(SampleTokenization.All(model, [TextSample.Of(said)], 999)).Samples[0];
        Assert.Equal(["aab<|im_end|>"], Runs(sample, model));
        Assert.Contains("ab<|im_end|>", model.Decode(sample.Ids), StringComparison.Ordinal);
    }

    [Fact]
    public void ATemplateThatRewritesEarlierTurnsIsSaid()
    {
        TokenizedData data = Right(SampleTokenization.All(Chatting(Rewriting), [TextSample.Of(Two), TextSample.Of(Two[..2])], 999));
        Assert.Contains("1 of 2 conversations", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheTemplateRaisesIsShownWithTheRecord()
    {
        ChatMessage[] said = [new("system", "be kind"), .. Two];
        string message = Left(
            SampleTokenization.All(
                Chatting(Bracketed), [TextSample.Of(Two), TextSample.Of(said)], 999, row => $"d.jsonl, line {row + 1}")).Message;
        Assert.StartsWith("d.jsonl, line 2: m: chat_template: ", message, StringComparison.Ordinal);
        Assert.Contains("Only user and assistant roles are supported!", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConversationThatTheAssistantBeginsIsNamedWhereTheTemplateNeedsAUser()
    {
        ChatMessage[] said = [new("assistant", "ab", Learnt: true)];
        Assert.Equal(
            ["ab<|im_end|>"], Runs(
                Right(SampleTokenization.All(Chatting(ChatMl), [TextSample.Of(said)], 999)).Samples[0], Chatting(ChatMl)));
        Assert.Contains(
            "a message of the user before the assistant's first", Left(
                SampleTokenization.All(Chatting(System), [TextSample.Of(said)], 999)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnswersThatAreCutOffWholeAreLeftOutAndCounted()
    {
        TokenizedData data = Right(SampleTokenization.All(Chatting(ChatMl), [TextSample.Of(Two), new TextSample("", "ab ab")], 8));
        Assert.Equal((1, 1), (data.Samples.Count, data.LeftOut));
        Assert.Contains(
            "none in 1", Left(SampleTokenization.All(Chatting(ChatMl), [TextSample.Of(Two)], 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutATemplatePlainChatMLIsWrittenAndSaidWhereTheVocabularyHasIt()
    {
        TokenizedData data = Right(SampleTokenization.All(Chatting(null), [TextSample.Of(Two)], 999));
        Assert.Equal(Right(SampleTokenization.All(Chatting(ChatMl), [TextSample.Of(Two)], 999)).Samples[0].Ids, data.Samples[0].Ids);
        Assert.Contains("plain ChatML", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Contains(
            "no token <|im_start|>", Left(
                SampleTokenization.All(TextGenerators.ByteComplete, [TextSample.Of(Two)], 999)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnswerEndsWithTheEndOfTextOrOfATurn()
    {
        Tokenizer model = Chatting(ChatMl);
        Assert.Equal(
            [model.IdOf("<|im_end|>").IfNone(-1), model.IdOf("<|end|>").IfNone(-1)], Right(
                SampleTokenization.AnswerEnds(model, conversations: true))
                .OrderDescending());
        Assert.Equal([model.IdOf("<|end|>").IfNone(-1)], Right(SampleTokenization.AnswerEnds(model, conversations: false)));
    }

    [Fact]
    public void APromptIsTheBeginningOfItsSample()
    {
        foreach (string template in (string[])[ChatMl, System, Bracketed, Rewriting])
        {
            Tokenizer model = Chatting(template);
            Arr<int> prompt = Right(SampleTokenization.Prompt(model, TextSample.Of(Two)));
            Assert.Equal(prompt, Right(SampleTokenization.All(model, [TextSample.Of(Two)], 999)).Samples[0].Ids.Take(prompt.Count));
        }
    }

    private static IEnumerable<string> Runs(TokenizedSample sample, Tokenizer model)
    {
        List<int> run = [];
        for (int at = 0; at <= sample.Ids.Count; at++)
        {
            if (at < sample.Ids.Count && sample.Supervised[at])
            {
                run.Add(sample.Ids[at]);
            }
            else if (run.Count > 0)
            {
                yield return model.Decode(run);
                run = [];
            }
        }
    }

    private static Tokenizer Chatting(string? template, bool starts = false, bool pads = false)
    {
        TokenizerTables tables = TextGenerators.ByteComplete.Tables;
        int next = TextGenerators.ByteComplete.VocabularySize;
        return Right(Tokenizer.Create(tables with
        {
            Added = tables.Added + Array(
                new AddedToken("<|im_start|>", next, true), new AddedToken("<|im_end|>", next + 1, true),
                    new AddedToken("<s>", next + 2, true)),
            Special = tables.Special with { Bos = Some(next + 2), Pad = pads ? Some(next + 1) : tables.Special.Pad },
            Prefix = starts ? Array(next + 2) : Arr<int>.Empty,
            Chat = template is null ? new ChatTemplate.Absent() : new ChatTemplate.Jinja("m: chat_template", template),
        }));
    }

    private static T Right<T>(Either<FloeError, T> step) => step.IfLeft(error => throw new InvalidOperationException(error.Message));

    private static FloeError Left<T>(Either<FloeError, T> step) =>
        step.Match(Right: _ => throw new InvalidOperationException("no error"), Left: error => error);
}
