using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Identities;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>A tokenizer that was read from disk.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Tokenizer">The tokenizer.</param>
internal sealed record LoadedTokenizer(string Path, Tokenizer Tokenizer)
{
    /// <summary>Hash of its tables, equal for equal tables whatever the file; lower-case hexadecimal. A chat template and what else ends an
    /// answer count by the ids that they make.</summary>
    public string Sha256 => Fingerprint.OfValue(Tokenizer.Tables with { Chat = new ChatTemplate.Absent(), OtherEnds = Arr<int>.Empty });

    /// <summary>Where files beside it say other things, and which of them counts; a sentence each.</summary>
    public Arr<string> Notes { get; init; } = Arr<string>.Empty;

    /// <summary>The tokenizer where a model has an embedding for each of its tokens.</summary>
    /// <param name="model">The model's path, for the error.</param>
    /// <param name="rows">Rows of its embedding.</param>
    /// <returns>This; or the token whose id is beyond them.</returns>
    public Either<FloeError, LoadedTokenizer> Within(string model, int rows) => Tokenizer.VocabularySize <= rows
        ? this
        : new FloeError.BadData(
            $"{Path}: {Tokenizer.TokenOf(Tokenizer.VocabularySize - 1).IfNone("")}",
            $"an id from 0 to {rows - 1}, a row of the embedding of {model}",
            $"{Tokenizer.VocabularySize - 1}",
            "Use the tokenizer that belongs to the model, or take the token out of its files.");
}

/// <summary>Opens the tokenizer of a model.</summary>
internal static class TokenizerFile
{
    /// <summary>
    /// Reads the tokenizer of a model. In a folder that is <c>tokenizer.json</c>, else <c>vocab.json</c> with <c>merges.txt</c>, else the
    /// one <c>.gguf</c> file; a tokenizer.json or a GGUF file may also be named itself.
    /// </summary>
    /// <param name="path">A model folder, a GGUF file or a tokenizer.json.</param>
    /// <returns>The tokenizer; <see cref="FloeError.Io"/>, <see cref="FloeError.BadData"/>, or <see cref="FloeError.Unsupported"/> naming
    /// what a tokenizer asks for that Floe does not have.</returns>
    public static Either<FloeError, LoadedTokenizer> Open(string path) =>
        Directory.Exists(path)
            ? InFolder(path).Bind(file => OpenFile(file, path, alone: false))
            : OpenFile(path, Path.GetDirectoryName(Path.GetFullPath(path))!, alone: true);

    private static Either<FloeError, LoadedTokenizer> OpenFile(string file, string folder, bool alone) =>
        Path.GetExtension(file).ToLowerInvariant() switch
    {
        _ when GgufPaths.IsOne(file) =>
            GgufTokenizer.Read(file).Bind(tables => Made(file, tables)).Map(tokenizer => Loaded(file, tokenizer)),
        ".model" when alone =>
            SentencePieceFile.Read(file, alone).Bind(tables => Made(file, tables)).Map(tokenizer => Loaded(file, tokenizer)),
        ".model" => WithRoles(file, folder, SentencePieceFile.Read(file, alone)),
        ".bin" => Llama2c(Beside(file, folder)),
        _ when Path.GetFileName(file) == "vocab.json" => WithRoles(file, folder, VocabularyAndMerges.Read(folder)),
        _ => WithRoles(file, folder, HuggingFaceTokenizer.Read(file)),
    };

    private static Either<FloeError, LoadedTokenizer> Llama2c(string file) =>
        Llama2cTokenizer.Read(file).Bind(tables => Made(file, tables)).Map(tokenizer => Loaded(file, tokenizer));

    // A checkpoint of llama2.c ends as its tokenizer does, which lies beside it under its usual name.
    private static string Beside(string file, string folder) =>
        Path.GetFileName(file).StartsWith("tok", StringComparison.OrdinalIgnoreCase) || !File.Exists(Path.Combine(folder, "tokenizer.bin"))
            ? file
            : Path.Combine(folder, "tokenizer.bin");

    // Without any of these, the absence of tokenizer.json is what the error says.
    private static Either<FloeError, string> InFolder(string folder) =>
        GgufPaths.In(folder).Map(gguf =>
        {
            string[] names = [
                "tokenizer.json", "vocab.json", .. gguf.Count == 1
                    ? gguf.Select(file => Path.GetFileName(file)!)
                    : [], "tokenizer.model", "tokenizer.bin"];
            return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists, Path.Combine(folder, names[0]));
        });

    private static Either<FloeError, LoadedTokenizer> WithRoles(string file, string folder, Either<FloeError, TokenizerTables> tables) =>
        from read in tables
        from files in TokenizerFolder.Read(folder)
        from added in AddedTokenFiles.Merge(files, read)
        from bare in Made(file, added.Tables)
        from roles in SpecialTokenFiles.Read(files, bare)
        from ends in TextEnds.Apply(files, added.Tables with { Special = roles.Roles }, bare: Path.GetFileName(file) == "vocab.json")
        from chat in ChatTemplateFile.Read(files)
        from stops in SpecialTokenFiles.Ends(files, bare)
        from tokenizer in Made(
            file, ends.Tables with { Chat = chat, OtherEnds = new Arr<int>(stops.Where(id => id != ends.Tables.Special.Eos)) })
        select Loaded(file, tokenizer) with { Notes = added.Notes + roles.Notes + ends.Notes };

    private static Either<FloeError, Tokenizer> Made(string file, TokenizerTables tables) =>
        Tokenizer.Create(tables).MapLeft(error => error is FloeError.BadData bad ? bad with { Where = $"{file}: {bad.Where}" } : error);

    private static LoadedTokenizer Loaded(string file, Tokenizer tokenizer) => new(file, tokenizer);
}
