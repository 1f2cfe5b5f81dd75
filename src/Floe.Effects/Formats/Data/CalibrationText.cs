using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using LanguageExt;

namespace Floe.Effects.Formats.Data;

/// <summary>Plain text in blocks of one length, for Taylor scores, tuning and pretraining.</summary>
public static class CalibrationText
{
    private const int LargestFile = 1 << 30;

    /// <summary>
    /// Tokenizes a file and cuts it into blocks. A <c>.json</c> or <c>.jsonl</c> file is data (<see cref="DataFile"/>): its samples are laid end to
    /// end, an end of text after each. Any other file is one text, behind the tokenizer's start of text.
    /// </summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="length">Tokens a block, at most the model's context.</param>
    /// <returns>All whole blocks, at least one; <see cref="FloeError.BadData"/> where the text is shorter than a block.</returns>
    public static Either<FloeError, Arr<Arr<int>>> Blocks(string path, Tokenizer tokenizer, int length) =>
        from ids in Ids(path, tokenizer)
        let blocks = SampleTokenization.Blocks(ids, length)
        from some in Steps.Check(blocks.Count > 0, () => new FloeError.BadData(
            path, $"at least {length} tokens", $"{ids.Count}", "Give more text, or shorter blocks."))
        select blocks;

    /// <summary>The ids of a file, as <see cref="Blocks"/> lays them out before cutting.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public static Either<FloeError, Arr<int>> Ids(string path, Tokenizer tokenizer) =>
        Path.GetExtension(path) is ".json" or ".jsonl"
            ? from data in DataFile.Read(path)
              from samples in SampleTokenization.All(tokenizer, data.Samples.ToArray(), int.MaxValue)
              select new Arr<int>(samples.Samples.SelectMany(sample => sample.Ids))
            : TextFile.Read(path, LargestFile).Map(tokenizer.EncodeOpening);
}
