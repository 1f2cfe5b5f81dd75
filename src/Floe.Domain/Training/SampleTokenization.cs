using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Training;

/// <summary>Samples as token ids.</summary>
/// <param name="Samples">Those with something to learn, in order.</param>
/// <param name="Cut">How many of them lost tokens at the end to the length limit.</param>
/// <param name="LeftOut">How many samples are not here, since their prompt alone fills the limit.</param>
public sealed record TokenizedData(Arr<TokenizedSample> Samples, int Cut, int LeftOut);

/// <summary>Turns text samples into ids: prompt and completion tokenized apart and joined, the end of text after them, cut on the right.</summary>
public static class SampleTokenization
{
    /// <summary>Tokenizes samples and leaves out those of which nothing supervised remains.</summary>
    /// <param name="tokenizer">The model's tokenizer; without an end of text nothing is appended.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="maxLength">Most tokens of a sample, at most the model's context.</param>
    /// <returns>The ids, or <see cref="FloeError.BadData"/> where no sample is left.</returns>
    public static Either<FloeError, TokenizedData> All(Tokenizer tokenizer, IReadOnlyCollection<TextSample> samples, int maxLength)
    {
        (TokenizedSample Sample, bool Cut)[] all = [.. samples.Select(sample => One(tokenizer, sample, maxLength))];
        (TokenizedSample Sample, bool Cut)[] kept = [.. all.Where(item => item.Sample.Supervised.Exists(on => on))];
        return kept.Length == 0
            ? new FloeError.BadData(
                "data", $"a sample whose prompt is shorter than {maxLength} tokens", $"none in {all.Length}", "Raise the length limit, or give other data.")
            : new TokenizedData(toArray(kept.Select(item => item.Sample)), kept.Count(item => item.Cut), all.Length - kept.Length);
    }

    /// <summary>Tokenizes one sample.</summary>
    /// <param name="tokenizer">The model's tokenizer. What it puts before a text by default (Llama's start of text) comes before the prompt.</param>
    /// <param name="sample">The sample; without a prompt all of its tokens but the first are supervised.</param>
    /// <param name="maxLength">Most tokens.</param>
    /// <returns>The ids, and whether some were cut.</returns>
    public static (TokenizedSample Sample, bool Cut) One(Tokenizer tokenizer, TextSample sample, int maxLength)
    {
        Arr<int> prompt = tokenizer.Tables.Prefix + tokenizer.Encode(sample.Prompt);
        int[] ids = [.. prompt, .. tokenizer.Encode(sample.Completion), .. tokenizer.Special.Eos];
        int length = Math.Min(ids.Length, maxLength);
        bool[] supervised = [.. Enumerable.Range(0, length).Select(at => at >= Math.Max(1, prompt.Count))];
        return (new TokenizedSample(toArray(ids.Take(length)), toArray(supervised)), length < ids.Length);
    }

    /// <summary>Cuts ids into consecutive blocks of one length; the rest at the end is left out. For calibration and pretraining.</summary>
    /// <param name="ids">Ids of a text, or of texts joined.</param>
    /// <param name="length">Tokens a block, at least 1.</param>
    public static Arr<Arr<int>> Blocks(Arr<int> ids, int length) =>
        toArray(ids.ToArray().Chunk(length).Where(block => block.Length == length).Select(block => toArray(block)));
}
