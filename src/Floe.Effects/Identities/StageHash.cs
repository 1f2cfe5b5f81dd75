using System.Security.Cryptography;
using System.Text;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Identities;

/// <summary>SHA-256 of what a file or folder holds: the identity that decides whether a stage must run again.</summary>
internal static class StageHash
{
    /// <summary>Hash of a text's UTF-8 bytes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Hash of a file's bytes, or of a folder: the lines <c>hash  relative/name</c> of its files in ordinal order, without hidden files
    /// (which are temporary or a version control's).
    /// </summary>
    /// <param name="path">A file or folder.</param>
    /// <returns>64 lower-case hexadecimal digits; none where nothing is there; or the I/O error.</returns>
    public static Either<FloeError, Option<string>> OfPath(string path) => FileErrors.Try(path, "read", () =>
        File.Exists(path) ? Some(OfFile(path))
        : Directory.Exists(path) ? Some(OfFolder(path))
        : Option<string>.None);

    private static string OfFile(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string OfFolder(string path) => OfText(string.Concat(Directory
        .EnumerateFiles(path, "*", SearchOption.AllDirectories)
        .Select(file => (File: file, Name: Path.GetRelativePath(path, file).Replace('\\', '/')))
        .Where(f => !f.Name.Split('/').Any(part => part.StartsWith('.')))
        .OrderBy(f => f.Name, StringComparer.Ordinal)
        .Select(f => $"{OfFile(f.File)}  {f.Name}\n")));
}
