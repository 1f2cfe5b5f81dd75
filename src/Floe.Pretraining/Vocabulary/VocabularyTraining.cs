using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Effects.Files;
using Floe.Effects.Formats.Tokenizers;
using LanguageExt;

namespace Floe.Pretraining.Vocabulary;

/// <summary>Learns a tokenizer from files and writes it beside where a model will lie.</summary>
internal static class VocabularyTraining
{
    /// <summary>
    /// Learns a byte-level BPE vocabulary (<see cref="TokenizerTrainer"/>) from samples and plain texts (<see cref="TextKinds"/>), and
    /// writes it (<see cref="TokenizerWriter"/>).
    /// </summary>
    /// <param name="files">The corpus, at least one file.</param>
    /// <param name="size">Tokens wanted, at least 257.</param>
    /// <param name="folder">Where tokenizer.json goes; made where it is missing.</param>
    /// <returns>The tokenizer, or the first error; nothing is written then.</returns>
    public static Either<FloeError, Tokenizer> Run(IReadOnlyList<string> files, int size, string folder) =>
        from some in Steps.Check(
            files.Count > 0, () => new FloeError.Usage("text", "at least one file", "none", "Name a file of text or samples."))
        from texts in files.Each(Texts)
        from tokenizer in TokenizerTrainer.Train(texts.SelectMany(text => text), size)
        from written in Unfinished.Writing(
            folder, "floe tokenizer train", ["tokenizer.json", "tokenizer_config.json"], () => TokenizerWriter.Write(folder, tokenizer))
        select tokenizer;

    private static Either<FloeError, IEnumerable<string>> Texts(string path) => TextInput.Read(path).Map(input => input switch
    {
        TextInput.Samples samples => samples.Data.Samples.SelectMany(sample => new[] { sample.Prompt, sample.Completion }),
        TextInput.Plain plain => [plain.Content],
        _ => [],
    });
}
