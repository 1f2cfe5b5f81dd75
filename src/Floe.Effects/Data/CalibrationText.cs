using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Data;

/// <summary>Plain text in blocks of one length, for Taylor scores, tuning and pretraining.</summary>
internal static class CalibrationText
{
    /// <summary>
    /// Tokenizes a file and cuts it into blocks. Samples (<see cref="TextKinds"/> says what is one) are laid end to end, an end of text
    /// after each; any other file is one text, behind the tokenizer's start of text.
    /// </summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="length">Tokens a block, at most the model's context.</param>
    /// <returns>All whole blocks, at least one; <see cref="FloeError.BadData"/> where the text is shorter than a block.</returns>
    public static Either<FloeError, Arr<Arr<int>>> Blocks(string path, Tokenizer tokenizer, int length) =>
        TextInput.Read(path).Bind(input => Blocks(InputFile.NameOf(path), input, tokenizer, length));

    /// <summary>The blocks of an input that was read.</summary>
    /// <param name="name">Where it came from, for the error.</param>
    /// <param name="input">Samples or a text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="length">Tokens a block.</param>
    public static Either<FloeError, Arr<Arr<int>>> Blocks(string name, TextInput input, Tokenizer tokenizer, int length) =>
        from ids in Ids(input, tokenizer)
        let blocks = SampleTokenization.Blocks(ids, length)
        from some in Steps.Check(blocks.Count > 0, () => new FloeError.BadData(
            name, $"at least {length} tokens", $"{ids.Count}", "Give more text, or shorter blocks."))
        select blocks;

    /// <summary>The ids of a file, as <c>Blocks</c> lays them out before cutting.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public static Either<FloeError, Arr<int>> Ids(string path, Tokenizer tokenizer) =>
        TextInput.Read(path).Bind(input => Ids(input, tokenizer));

    /// <summary>The ids of an input that was read.</summary>
    /// <param name="input">Samples or a text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    internal static Either<FloeError, Arr<int>> Ids(TextInput input, Tokenizer tokenizer) => input switch
    {
        TextInput.Samples samples => SampleTokenization.All(tokenizer, samples.Data.Samples.ToArray(), int.MaxValue)
            .Map(ids => new Arr<int>(ids.Samples.SelectMany(sample => sample.Ids))),
        TextInput.Plain plain => tokenizer.EncodeOpening(plain.Content),
        _ => Arr<int>.Empty,
    };
}
