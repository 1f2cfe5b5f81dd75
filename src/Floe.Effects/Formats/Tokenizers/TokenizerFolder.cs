using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>The JSON files beside a tokenizer that say more of it, each read once.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Files">Name → root, of those that are there.</param>
internal sealed record TokenizerFolder(string Path, IReadOnlyDictionary<string, JsonElement> Files)
{
    /// <summary>Class, added tokens, roles, flags and chat template.</summary>
    public const string Settings = "tokenizer_config.json";

    /// <summary>Roles alone.</summary>
    public const string Roles = "special_tokens_map.json";

    /// <summary>Added tokens and their ids alone.</summary>
    public const string Added = "added_tokens.json";

    /// <summary>Ids that end generation, start and pad.</summary>
    public const string Generation = "generation_config.json";

    /// <summary>The same for the model.</summary>
    public const string Model = "config.json";

    private const int LargestFile = 64 << 20;

    /// <summary>Reads the files of a folder that are there.</summary>
    public static Either<FloeError, TokenizerFolder> Read(string folder) =>
        new[] { Settings, Roles, Added, Generation, Model }
            .Where(name => File.Exists(System.IO.Path.Combine(folder, name)))
            .Each(name => JsonText.ReadObject(System.IO.Path.Combine(folder, name), LargestFile).Map(root => (name, root)))
            .Map(files => new TokenizerFolder(folder, files.ToDictionary(file => file.name, file => file.root, StringComparer.Ordinal)));

    /// <summary>A key of a file for a message.</summary>
    public string At(string file, string key) => $"{System.IO.Path.Combine(Path, file)}: {key}";

    /// <summary>The value of a key; undefined where file or key is missing or the value is null.</summary>
    public JsonElement Find(string file, string key) =>
        Files.TryGetValue(file, out JsonElement root) && JsonText.Has(root, key, out JsonElement value) ? value : default;

    /// <summary>A Boolean of tokenizer_config.json that may be missing.</summary>
    public Either<FloeError, Option<bool>> Flag(string key) => Find(Settings, key).ValueKind switch
    {
        JsonValueKind.Undefined => Option<bool>.None,
        _ => JsonFields.Flag(At(Settings, key)[..^(key.Length + 2)], Files[Settings], key, false).Map(Prelude.Some),
    };
}
