using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Hub;

/// <summary>A file of a model on a hub.</summary>
/// <param name="Name">Its name in the model's folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">SHA-256 of a large file, or the git blob's SHA-1 of a small one; lower-case hexadecimal.</param>
internal sealed record HubFile(string Name, long Size, string Hash)
{
    /// <summary>Whether the hash is a SHA-256 of the content rather than of a git blob.</summary>
    public bool IsLarge => Hash.Length == 64;
}

/// <summary>What a hub says of a model, and which of its files are wanted.</summary>
/// <param name="Commit">The commit of the revision.</param>
/// <param name="Files">All files.</param>
internal sealed record HubListing(string Commit, Arr<HubFile> Files)
{
    private static readonly string[] Settings = [".json", ".jinja", ".txt", ".model"];

    /// <summary>Reads the hub's answer. Errors: it is not one, or says what cannot be.</summary>
    /// <param name="at">Its address.</param>
    /// <param name="json">The answer.</param>
    public static Either<FloeError, HubListing> Read(string at, byte[] json) =>
        from root in JsonText.Parse(at, json)
        from listing in JsonText.Expect(at, root, JsonValueKind.Object)
        from commit in JsonText.Member(at, listing, "sha", JsonValueKind.String).Bind(sha => Hash(at, sha, 40))
        from list in JsonText.Member(at, listing, "siblings", JsonValueKind.Array)
        from files in list.EnumerateArray().Each(file => Read(at, file))
        select new HubListing(commit, new Arr<HubFile>(files));

    /// <summary>The settings, the tokenizer, and the weights: safetensors, else one GGUF file. Pickled weights are never fetched.</summary>
    /// <param name="at">The model, for the error.</param>
    public Either<FloeError, Arr<HubFile>> Wanted(string at)
    {
        HubFile[] own = [.. Files.Filter(file => !file.Name.Contains('/', StringComparison.Ordinal))];
        HubFile[] safe = [.. own.Where(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal))];
        HubFile[] gguf = [.. own.Where(file => file.Name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))];
        HubFile[] weights = safe.Length > 0 ? safe : gguf.Length == 1 ? gguf : [];
        return weights.Length > 0
            ? new Arr<HubFile>(own.Where(file => Settings.Contains(Path.GetExtension(file.Name))).Concat(weights))
            : new FloeError.Unsupported(
                at,
                gguf.Length > 1 ? $"a model of {gguf.Length} GGUF files" : "a model without safetensors",
                "safetensors, or one GGUF file; pickled weights are never opened",
                "Take another repository of the model, or another revision.");
    }

    private static Either<FloeError, HubFile> Read(string at, JsonElement file) =>
        from entry in JsonText.Expect(at, file, JsonValueKind.Object)
        from name in JsonText.Member(at, entry, "rfilename", JsonValueKind.String).Bind(text => JsonText.Text(at, text))
        from inside in Steps.Check(
            name.Length is > 0 and < 256
                && !name.StartsWith('/')
                && !name.Contains('\\', StringComparison.Ordinal)
                && !name.Split('/').Any(part => part is "" or "." or ".."),
            () => new FloeError.BadData(at, "names of files inside of the model", $"`{name}`", "Use another hub."))
        from large in JsonText.Has(entry, "lfs", out JsonElement lfs) ? Right<FloeError, JsonElement>(lfs) : entry
        let kind = JsonText.Has(large, "sha256", out _) ? (Key: "sha256", Length: 64) : (Key: "blobId", Length: 40)
        from hash in JsonText.Member($"{at}: {name}", large, kind.Key, JsonValueKind.String)
            .Bind(text => Hash($"{at}: {name}", text, kind.Length))
        from size in JsonText.Member($"{at}: {name}", large, "size", JsonValueKind.Number)
        from count in size.TryGetInt64(out long bytes) && bytes >= 0
            ? bytes
            : Left<FloeError, long>(
                new FloeError.BadData($"{at}: {name}: size", "a number of bytes", size.GetRawText(), "Use another hub."))
        select new HubFile(name, count, hash);

    private static Either<FloeError, string> Hash(string at, JsonElement text, int length) => JsonText.Text(at, text).Bind(hash =>
        hash.Length == length && hash.All(char.IsAsciiHexDigitLower) ? Right<FloeError, string>(hash)
        : new FloeError.BadData(
            at, $"a hash of {length} hexadecimal digits", $"`{(hash.Length > 70 ? hash[..70] : hash)}`", "Use another hub."));
}
