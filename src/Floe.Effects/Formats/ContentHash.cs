using System.Security.Cryptography;
using System.Text;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>SHA-256 of a model's weights, whatever folder they lie in; lower-case hexadecimal.</summary>
internal static class ContentHash
{
    /// <summary>
    /// A single weight file: its SHA-256, as <c>sha256sum</c> prints it. Shards: the SHA-256 of what <c>sha256sum</c> prints for them in
    /// the order of their names, run inside the folder.
    /// </summary>
    /// <param name="path">What <see cref="Checkpoints.Open"/> accepts.</param>
    public static Either<FloeError, string> Of(string path) => Checkpoints.WeightFiles(path).Bind(files => files switch
    {
        [string single] => OfFile(single),
        _ => files.Each(file => OfFile(file).Map(hash => $"{hash}  {Path.GetFileName(file)}\n"))
            .Map(lines => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))),
    });

    private static Either<FloeError, string> OfFile(string path) => FileErrors.Try(path, "hash the file", () =>
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });
}
