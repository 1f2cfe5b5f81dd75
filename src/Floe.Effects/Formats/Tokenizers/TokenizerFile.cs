using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>A tokenizer that was read from disk.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Sha256">Hash of its tables, equal for equal tables whatever the file; lower-case hexadecimal.</param>
public sealed record LoadedTokenizer(string Path, Tokenizer Tokenizer, string Sha256);

/// <summary>Opens the tokenizer of a model.</summary>
public static class TokenizerFile
{
    /// <summary>
    /// Reads the tokenizer of a model: <c>tokenizer.json</c> (or <c>vocab.json</c> with <c>merges.txt</c>) of a folder, or a tokenizer.json itself.
    /// </summary>
    /// <param name="path">A model folder or a tokenizer.json.</param>
    /// <returns>The tokenizer; <see cref="FloeError.Io"/>, <see cref="FloeError.BadData"/>, or <see cref="FloeError.Unsupported"/> naming what a
    /// tokenizer asks for that Floe does not have.</returns>
    public static Either<FloeError, LoadedTokenizer> Open(string path)
    {
        bool isFolder = Directory.Exists(path);
        string folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string file = isFolder ? Present(path, "tokenizer.json", "vocab.json", "tokenizer.model") : path;
        return Path.GetExtension(file) switch
        {
            ".model" => Refuse(file, "a SentencePiece model"),
            ".bin" => Refuse(file, "a llama2.c tokenizer"),
            _ when isFolder && Path.GetFileName(file) == "vocab.json" => Finish(file, folder, VocabularyAndMerges.Read(folder)),
            _ => Finish(file, folder, HuggingFaceTokenizer.Read(file)),
        };
    }

    // The first of the names that is there, else the first, so that its absence is what the error says.
    private static string Present(string folder, params string[] names) =>
        Path.Combine(folder, names.FirstOrDefault(name => File.Exists(Path.Combine(folder, name)), names[0]));

    private static Either<FloeError, LoadedTokenizer> Refuse(string file, string kind) =>
        new FloeError.Unsupported(file, kind, "tokenizer.json, vocab.json with merges.txt", "Convert the tokenizer to tokenizer.json.");

    private static Either<FloeError, LoadedTokenizer> Finish(string path, string folder, Either<FloeError, TokenizerTables> tables) =>
        from read in tables
        from bare in Tokenizer.Create(read)
        from roles in SpecialTokenFiles.Read(folder, bare)
        from tokenizer in Tokenizer.Create(read with { Special = roles })
        select new LoadedTokenizer(path, tokenizer, TokenizerHash.Of(tokenizer.Tables));
}
