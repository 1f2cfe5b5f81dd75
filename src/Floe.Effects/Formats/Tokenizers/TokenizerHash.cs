using System.Security.Cryptography;
using System.Text;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>Identifies a tokenizer by what it computes, not by the file it came from.</summary>
internal static class TokenizerHash
{
    /// <summary>SHA-256 over vocabulary by id, merges, added tokens, steps and roles; lower-case hexadecimal.</summary>
    public static string Of(TokenizerTables tables)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string token, int id) in tables.Vocabulary.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Add(hash, $"{id} {token}");
        }

        foreach ((string left, string right) in tables.Merges)
        {
            Add(hash, $"{left} {right}");
        }

        foreach (AddedToken token in tables.Added.OrderBy(token => token.Id))
        {
            Add(hash, $"{token}");
        }

        foreach (object step in ((IEnumerable<object>)tables.Normalizer).Concat(tables.PreTokenizer).Concat(tables.Decoder))
        {
            Add(hash, step is PreTokenizerStep.Split split ? $"Split {split.Pattern.IsLiteral} {split.Pattern.Source} {split.KeepMatches} {split.KeepGaps}" : $"{step}");
        }

        Add(hash, $"{tables.Options}");
        Add(hash, $"{tables.Special}");
        Add(hash, string.Join(',', tables.Prefix));
        Add(hash, string.Join(',', tables.Suffix));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each text ends with a byte that UTF-8 never has, so that no two lists of texts run together alike.
    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0xFF]);
    }
}
