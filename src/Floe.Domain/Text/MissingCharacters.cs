using System.Text;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>What becomes of a character that is no token: its bytes, the unknown token, or nothing.</summary>
internal sealed class MissingCharacters
{
    private readonly BpeOptions options;
    private readonly Option<int> unknown;
    private readonly int[] bytes;

    /// <summary>Takes a vocabulary and its options.</summary>
    public MissingCharacters(Dictionary<string, int> vocabulary, BpeOptions options)
    {
        this.options = options;
        unknown = options.UnknownToken.Bind(token => vocabulary.TryGetValue(token, out int id) ? Option<int>.Some(id) : Option<int>.None);
        bytes = [
            .. Enumerable.Range(0, 256).Select(value => options.ByteFallback ? vocabulary.GetValueOrDefault($"<0x{value:X2}>", -1) : -1)];
    }

    /// <summary>Appends the ids of a missing character.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="ids">Where they go.</param>
    /// <param name="fusing">Whether the character before was missing too.</param>
    /// <returns>Whether this one counts as missing for the next one.</returns>
    public bool Append(Rune rune, List<int> ids, bool fusing)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int count = rune.EncodeToUtf8(utf8);
        bool spelled = true;
        foreach (byte value in utf8[..count])
        {
            spelled &= bytes[value] >= 0;
        }

        if (spelled)
        {
            foreach (byte value in utf8[..count])
            {
                ids.Add(bytes[value]);
            }

            return false;
        }

        if (!(fusing && options.FuseUnknown))
        {
            ids.AddRange(unknown);
        }

        return true;
    }
}
