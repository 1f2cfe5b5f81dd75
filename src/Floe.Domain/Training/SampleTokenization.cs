using Floe.Domain.Text;
using Floe.Domain.Text.Chat;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Training;

/// <summary>Samples as token ids.</summary>
/// <param name="Samples">Those with something to learn, in order.</param>
/// <param name="Cut">How many of them lost tokens at the end to the length limit.</param>
/// <param name="LeftOut">How many samples are not here, since nothing of what is learnt is left within the limit.</param>
/// <param name="Moved">How many of all samples have other ids where prompt and completion are tokenized as one text.</param>
public sealed record TokenizedData(Arr<TokenizedSample> Samples, int Cut, int LeftOut, int Moved)
{
    /// <summary>What a user should know of these samples, a sentence each.</summary>
    public Arr<string> Notes { get; init; } = Arr<string>.Empty;

    /// <summary>Which of the samples given each one is, ascending from 0.</summary>
    public Arr<int> Rows { get; init; } = toArray(Enumerable.Range(0, Samples.Count));
}

/// <summary>
/// Turns text samples into ids, the one way for training, collection and evaluation: the start of text once, prompt and completion as <see
/// cref="Tokenizer.EncodePrompted"/> joins them, the end of text once, cut on the right. A conversation is what the model's chat template
/// makes of it; every turn that is learnt ends with the token that ends it.
/// </summary>
public static class SampleTokenization
{
    /// <summary>Tokenizes samples and leaves out those of which nothing supervised remains.</summary>
    /// <param name="tokenizer">The model's tokenizer; without an end of text nothing is appended.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="maxLength">Most tokens of a sample, at most the model's context.</param>
    /// <param name="place">Where a sample comes from, for errors; its number from 1 without.</param>
    /// <returns>The ids; <see cref="FloeError.BadData"/> where no sample is left or the chat template refuses a conversation,
    /// <see cref="FloeError.Unsupported"/> where it asks for something that Floe does not have.</returns>
    public static Either<FloeError, TokenizedData> All(
        Tokenizer tokenizer, IReadOnlyCollection<TextSample> samples, int maxLength, Func<int, string>? place = null) =>
        from writer in samples.Any(sample => sample.IsConversation)
            ? ConversationWriter.Of(tokenizer, ConversationWriter.DayOfData).Map(Some)
            : Option<ConversationWriter>.None
        from all in samples.Select((sample, row) => (sample, row)).Each(item => Ids(tokenizer, writer, item.sample, maxLength)
            .MapLeft(error => At(place?.Invoke(item.row) ?? $"sample {item.row + 1}", error)))
        from data in Kept(all, maxLength)
        select data with { Notes = Notes(all) + writer.Map(known => known.Notes).IfNone(Arr<string>.Empty) };

    /// <summary>The ids that a model reads before it writes a sample's completion, or the last answer of a conversation.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="sample">The sample.</param>
    public static Either<FloeError, Arr<int>> Prompt(Tokenizer tokenizer, TextSample sample) => sample.IsConversation
        ? ConversationWriter.Of(tokenizer, ConversationWriter.DayOfData)
            .Bind(writer => writer.Prompt([.. sample.Messages.Take(sample.Messages.Count - 1)]))
        : tokenizer.EncodeOpening(sample.Prompt);

    /// <summary>The ids that end an answer to samples: the model's own, and the token that ends a turn of a conversation.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="conversations">Whether there are conversations.</param>
    public static Either<FloeError, IReadOnlySet<int>> AnswerEnds(Tokenizer tokenizer, bool conversations) =>
        (conversations ? ConversationWriter.Of(tokenizer, ConversationWriter.DayOfData).Map(writer => writer.EndOfTurn) : Option<int>.None)
            .Map<IReadOnlySet<int>>(turn => turn.Concat(tokenizer.Tables.Ends).ToHashSet());

    /// <summary>Tokenizes one prompt and completion.</summary>
    /// <param name="tokenizer">The model's tokenizer. What it puts before a text by default (Llama's start of text) comes before the
    /// prompt.</param>
    /// <param name="sample">The sample, no conversation; without a prompt all of its tokens but the first are supervised.</param>
    /// <param name="maxLength">Most tokens.</param>
    /// <returns>The ids, whether some were cut, and whether the joined text has others at the seam.</returns>
    public static (TokenizedSample Sample, bool Cut, bool Moved) One(Tokenizer tokenizer, TextSample sample, int maxLength)
    {
        PromptedIds text = tokenizer.EncodePrompted(sample.Prompt, sample.Completion);
        Tokenized one = Marked([tokenizer.Open(text.Prompt), tokenizer.Close(text.Completion)], maxLength, text.Moved, rewritten: false);
        return (one.Sample, one.Cut, one.Moved);
    }

    /// <summary>Cuts ids into consecutive blocks of one length; the rest at the end is left out. For calibration and pretraining.</summary>
    /// <param name="ids">Ids of a text, or of texts joined.</param>
    /// <param name="length">Tokens a block, at least 1.</param>
    public static Arr<Arr<int>> Blocks(Arr<int> ids, int length) =>
        toArray(ids.ToArray().Chunk(length).Where(block => block.Length == length).Select(block => toArray(block)));

    private sealed record Tokenized(TokenizedSample Sample, bool Cut, bool Moved, bool Rewritten);

    private static Either<FloeError, Tokenized> Ids(
        Tokenizer tokenizer, Option<ConversationWriter> writer, TextSample sample, int maxLength)
    {
        if (!sample.IsConversation)
        {
            (TokenizedSample one, bool cut, bool moved) = One(tokenizer, sample, maxLength);
            return new Tokenized(one, cut, moved, Rewritten: false);
        }

        return writer.ToEither<FloeError>(() => new FloeError.BadData("messages", "a way to write them", "none", "Report this."))
            .Bind(known => known.Parts(sample.Messages.ToArray()))
            .Map(text =>
        {
            (Arr<Arr<int>> parts, bool moved) = tokenizer.EncodeParts(text.Parts.ToArray());
            Arr<int>[] ids = [.. parts];
            ids[0] = tokenizer.Open(ids[0]);
            ids[^1] = text.Ends ? ids[^1] : tokenizer.Close(ids[^1]);
            return Marked(ids, maxLength, moved, text.Rewritten);
        });
    }

    // Parts are read and learnt in turn. The first token is never a target: no position predicts it.
    private static Tokenized Marked(IReadOnlyList<Arr<int>> parts, int maxLength, bool moved, bool rewritten)
    {
        int[] ids = [.. parts.SelectMany(part => part)];
        bool[] learnt = [.. parts.SelectMany((part, index) => Enumerable.Repeat(index % 2 == 1, part.Count))];
        int length = Math.Min(ids.Length, maxLength);
        return new Tokenized(
            new TokenizedSample(
                toArray(ids.Take(length)), toArray(learnt.Take(length).Select((on, at) => on && at > 0))), length < ids.Length, moved,
                    rewritten);
    }

    private static Either<FloeError, TokenizedData> Kept(IReadOnlyList<Tokenized> all, int maxLength)
    {
        int[] rows = [.. Enumerable.Range(0, all.Count).Where(row => all[row].Sample.Supervised.Exists(on => on))];
        return rows.Length == 0
            ? new FloeError.BadData(
                "data", $"a sample whose prompt is shorter than {maxLength} tokens", $"none in {all.Count}",
                    "Raise the length limit, or give other data.")
            : new TokenizedData(
                toArray(rows.Select(row => all[row].Sample)), rows.Count(row => all[row].Cut), all.Count - rows.Length,
                    all.Count(item => item.Moved))
            {
                Rows = toArray(rows),
            };
    }

    private static Arr<string> Notes(IReadOnlyList<Tokenized> all)
    {
        int moved = all.Count(item => item.Moved);
        int rewritten = all.Count(item => item.Rewritten);
        Arr<string> seams = moved == 0 ? Arr<string>.Empty : Array(
            $"{moved} of {all.Count} samples have a token that reaches over the end of the prompt where both parts are one text; they are "
                + $"learnt with "
            + "the prompt's own tokens, as the model reads them (begin the completion, not the prompt's end, with the space between them)");
        return rewritten == 0 ? seams : seams.Add(
            $"{rewritten} of {all.Count} conversations: the model's chat template writes earlier turns otherwise once others follow, so "
                + $"only their last turn is learnt");
    }

    private static FloeError At(string place, FloeError error) => error switch
    {
        FloeError.BadData bad => bad with { Where = $"{place}: {bad.Where}" },
        FloeError.Unsupported unsupported => unsupported with { Where = $"{place}: {unsupported.Where}" },
        _ => error,
    };
}
