using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>A tokenizer that was read from disk.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Tokenizer">The tokenizer.</param>
public sealed record LoadedTokenizer(string Path, Tokenizer Tokenizer)
{
    /// <summary>Hash of its tables, equal for equal tables whatever the file; lower-case hexadecimal.</summary>
    public string Sha256 => Fingerprint.OfValue(Tokenizer.Tables);
}

/// <summary>Opens the tokenizer of a model.</summary>
public static class TokenizerFile
{
    /// <summary>
    /// Reads the tokenizer of a model. In a folder that is <c>tokenizer.json</c>, else <c>vocab.json</c> with <c>merges.txt</c>, else the one
    /// <c>.gguf</c> file; a tokenizer.json or a GGUF file may also be named itself.
    /// </summary>
    /// <param name="path">A model folder, a GGUF file or a tokenizer.json.</param>
    /// <returns>The tokenizer; <see cref="FloeError.Io"/>, <see cref="FloeError.BadData"/>, or <see cref="FloeError.Unsupported"/> naming what a
    /// tokenizer asks for that Floe does not have.</returns>
    public static Either<FloeError, LoadedTokenizer> Open(string path) =>
        Directory.Exists(path) ? InFolder(path).Bind(file => OpenFile(file, path)) : OpenFile(path, Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static Either<FloeError, LoadedTokenizer> OpenFile(string file, string folder) => Path.GetExtension(file) switch
    {
        ".gguf" => GgufTokenizer.Read(file).Bind(Tokenizer.Create).Map(tokenizer => Loaded(file, tokenizer)),
        ".model" => Refuse(file, "a SentencePiece model"),
        ".bin" => Refuse(file, "a llama2.c tokenizer"),
        _ when Path.GetFileName(file) == "vocab.json" => WithRoles(file, folder, VocabularyAndMerges.Read(folder)),
        _ => WithRoles(file, folder, HuggingFaceTokenizer.Read(file)),
    };

    // Without any of these, the absence of tokenizer.json is what the error says.
    private static Either<FloeError, string> InFolder(string folder) =>
        FileErrors.Try(folder, "list the folder", () => Directory.GetFiles(folder)).Map(files =>
        {
            string[] gguf = [.. files.Where(file => file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))];
            string[] names = ["tokenizer.json", "vocab.json", .. gguf.Length == 1 ? gguf.Select(file => Path.GetFileName(file)!) : [], "tokenizer.model"];
            return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists, Path.Combine(folder, names[0]));
        });

    private static Either<FloeError, LoadedTokenizer> Refuse(string file, string kind) =>
        new FloeError.Unsupported(file, kind, "tokenizer.json, vocab.json with merges.txt, byte-level BPE in GGUF", "Convert the tokenizer to tokenizer.json.");

    private static Either<FloeError, LoadedTokenizer> WithRoles(string file, string folder, Either<FloeError, TokenizerTables> tables) =>
        from read in tables
        from bare in Tokenizer.Create(read)
        from roles in SpecialTokenFiles.Read(folder, bare)
        from chat in ChatTemplateFile.Read(folder)
        from tokenizer in Tokenizer.Create(read with { Special = roles, Chat = chat })
        select Loaded(file, tokenizer);

    private static LoadedTokenizer Loaded(string file, Tokenizer tokenizer) => new(file, tokenizer);
}
