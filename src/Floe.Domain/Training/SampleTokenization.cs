using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Training;

/// <summary>Samples as token ids.</summary>
/// <param name="Samples">Those with something to learn, in order.</param>
/// <param name="Cut">How many of them lost tokens at the end to the length limit.</param>
/// <param name="LeftOut">How many samples are not here, since their prompt alone fills the limit.</param>
/// <param name="Moved">How many of all samples have other ids where prompt and completion are tokenized as one text.</param>
public sealed record TokenizedData(Arr<TokenizedSample> Samples, int Cut, int LeftOut, int Moved)
{
    /// <summary>What a user should know of these samples, a sentence each.</summary>
    public Arr<string> Notes { get; init; } = Arr<string>.Empty;

    /// <summary>Which of the samples given each one is, ascending from 0.</summary>
    public Arr<int> Rows { get; init; } = toArray(Enumerable.Range(0, Samples.Count));
}

/// <summary>
/// Turns text samples into ids, the one way for training, collection and evaluation: the start of text once, prompt and completion as
/// <see cref="Tokenizer.EncodePrompted"/> joins them, the end of text once, cut on the right. A turn of a conversation is what the model's chat
/// template makes of it, and ends with the token that ends the turn.
/// </summary>
public static class SampleTokenization
{
    /// <summary>Tokenizes samples and leaves out those of which nothing supervised remains.</summary>
    /// <param name="tokenizer">The model's tokenizer; without an end of text nothing is appended.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="maxLength">Most tokens of a sample, at most the model's context.</param>
    /// <returns>The ids; <see cref="FloeError.BadData"/> where no sample is left, <see cref="FloeError.Unsupported"/> where there are turns of
    /// conversations which the model writes in a way that Floe does not.</returns>
    public static Either<FloeError, TokenizedData> All(Tokenizer tokenizer, IReadOnlyCollection<TextSample> samples, int maxLength)
    {
        bool turns = samples.Any(sample => sample.Turn);
        return turns
            ? ConversationRules.Check(tokenizer).Bind(_ => Checked(tokenizer, samples, maxLength, turns))
            : Checked(tokenizer, samples, maxLength, turns);
    }

    /// <summary>The ids that a model reads before it writes a sample's completion.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="sample">The sample; of a turn, one that <see cref="ConversationRules.Check"/> accepts.</param>
    public static Arr<int> Prompt(Tokenizer tokenizer, TextSample sample) => sample.Turn
        ? tokenizer.Encode(ConversationRules.Opening(tokenizer.Tables.Chat, sample.Prompt))
        : tokenizer.EncodeOpening(sample.Prompt);

    /// <summary>Tokenizes one sample.</summary>
    /// <param name="tokenizer">The model's tokenizer. What it puts before a text by default (Llama's start of text) comes before the prompt.</param>
    /// <param name="sample">The sample; without a prompt all of its tokens but the first are supervised.</param>
    /// <param name="maxLength">Most tokens.</param>
    /// <returns>The ids, whether some were cut, and whether the joined text has others at the seam.</returns>
    public static (TokenizedSample Sample, bool Cut, bool Moved) One(Tokenizer tokenizer, TextSample sample, int maxLength)
    {
        PromptedIds text = sample.Turn
            ? tokenizer.EncodePrompted(ConversationRules.Opening(tokenizer.Tables.Chat, sample.Prompt), sample.Completion + ConversationRules.TurnEnd)
            : tokenizer.EncodePrompted(sample.Prompt, sample.Completion);
        Arr<int> prompt = sample.Turn ? text.Prompt : tokenizer.Open(text.Prompt);
        int[] ids = [.. prompt, .. sample.Turn ? text.Completion : tokenizer.Close(text.Completion)];
        int length = Math.Min(ids.Length, maxLength);
        bool[] supervised = [.. Enumerable.Range(0, length).Select(at => at >= Math.Max(1, prompt.Count))];
        return (new TokenizedSample(toArray(ids.Take(length)), toArray(supervised)), length < ids.Length, text.Moved);
    }

    /// <summary>Cuts ids into consecutive blocks of one length; the rest at the end is left out. For calibration and pretraining.</summary>
    /// <param name="ids">Ids of a text, or of texts joined.</param>
    /// <param name="length">Tokens a block, at least 1.</param>
    public static Arr<Arr<int>> Blocks(Arr<int> ids, int length) =>
        toArray(ids.ToArray().Chunk(length).Where(block => block.Length == length).Select(block => toArray(block)));

    private static Either<FloeError, TokenizedData> Checked(Tokenizer tokenizer, IReadOnlyCollection<TextSample> samples, int maxLength, bool turns)
    {
        (TokenizedSample Sample, bool Cut, bool Moved)[] all = [.. samples.Select(sample => One(tokenizer, sample, maxLength))];
        (TokenizedSample Sample, bool Cut, bool Moved)[] kept = [.. all.Where(item => item.Sample.Supervised.Exists(on => on))];
        int moved = all.Count(item => item.Moved);
        return kept.Length == 0
            ? new FloeError.BadData(
                "data", $"a sample whose prompt is shorter than {maxLength} tokens", $"none in {all.Length}", "Raise the length limit, or give other data.")
            : new TokenizedData(toArray(kept.Select(item => item.Sample)), kept.Count(item => item.Cut), all.Length - kept.Length, moved)
            {
                Notes = Notes(tokenizer, moved, all.Length, turns),
                Rows = toArray(Enumerable.Range(0, all.Length).Where(row => all[row].Sample.Supervised.Exists(on => on))),
            };
    }

    private static Arr<string> Notes(Tokenizer tokenizer, int moved, int samples, bool turns)
    {
        Arr<string> seams = moved == 0 ? Arr<string>.Empty : Array(
            $"{moved} of {samples} samples have a token that reaches over the end of the prompt where both parts are one text; they are learnt with "
            + "the prompt's own tokens, as the model reads them (begin the completion, not the prompt's end, with the space between them)");
        return turns && tokenizer.Tables.Chat is ChatTemplate.Absent
            ? seams.Add("no chat template beside the tokenizer: conversations are written in plain ChatML")
            : seams;
    }
}
