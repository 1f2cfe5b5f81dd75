using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads a byte-level tokenizer kept as <c>vocab.json</c> and <c>merges.txt</c>. How it cuts words follows from <c>tokenizer_class</c> in
/// tokenizer_config.json, since these two files do not say; the classes of GPT-2 and Qwen are known.
/// </summary>
internal static class VocabularyAndMerges
{
    private const int LargestFile = 64 << 20;

    /// <summary>Reads the tables of a folder.</summary>
    public static Either<FloeError, TokenizerTables> Read(string folder)
    {
        string vocabulary = Path.Combine(folder, "vocab.json");
        string config = Path.Combine(folder, "tokenizer_config.json");
        return from root in JsonText.ReadObject(vocabulary, LargestFile)
               from tokens in HuggingFaceModel.ReadVocabulary(vocabulary, root)
               from merges in Merges(Path.Combine(folder, "merges.txt"))
               from settings in JsonText.ReadObject(config, LargestFile)
               from kind in JsonFields.Text(config, settings, "tokenizer_class")
               let qwen = kind is "Qwen2Tokenizer" or "Qwen2TokenizerFast"
               from known in Steps.Check(qwen || kind is "GPT2Tokenizer" or "GPT2TokenizerFast", () => new FloeError.Unsupported(
                   $"{config}: tokenizer_class", $"vocab.json with {kind}", "GPT2Tokenizer, Qwen2Tokenizer, or a tokenizer.json",
                       "Save the tokenizer as tokenizer.json."))
               from split in HuggingFaceSteps.Split(SplitPattern.Parse(qwen ? SplitPattern.Qwen2 : SplitPattern.Gpt2))
               from space in JsonFields.Flag(config, settings, "add_prefix_space", false)
               select new TokenizerTables(
                   tokens,
                   merges,
                   Arr<AddedToken>.Empty,
                   qwen ? Prelude.Array<NormalizerStep>(new NormalizerStep.UnicodeForm(Composes: true)) : Arr<NormalizerStep>.Empty,
                   HuggingFaceSteps.ByteLevel(space, split),
                   Prelude.Array<DecoderStep>(new DecoderStep.ByteLevel()),
                   Arr<int>.Empty,
                   Arr<int>.Empty,
                   BpeOptions.ByteLevel,
                   SpecialTokens.None);
    }

    private static Either<FloeError, Arr<(string Left, string Right)>> Merges(string path) =>
        from lines in TextFile.Lines(path, LargestFile)
        from pairs in lines.Select((text, index) => (text, line: index + 1))
            .Where(row => row.text.Length > 0 && !row.text.StartsWith("#version", StringComparison.Ordinal))
            .Each(row => HuggingFaceModel.SpacedPair($"{path}, line {row.line}", row.text))
        select new Arr<(string Left, string Right)>(pairs);
}
