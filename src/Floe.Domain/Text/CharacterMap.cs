using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>
/// A compiled map of characters, as SentencePiece stores its normalizations: a double-array trie of UTF-8 strings, and what each becomes.
/// A text is written as <c>Precompiled</c> of Hugging Face tokenizers writes it: a grapheme shorter than 6 bytes becomes what the shortest
/// string of the trie that begins it becomes; else each of its characters does so by itself. O(n).
/// </summary>
internal sealed class CharacterMap
{
    private const int LongestGrapheme = 5;
    private const int Ascii = 128;

    private readonly uint[] units;
    private readonly byte[] written;
    private readonly string?[] ascii;

    private CharacterMap(uint[] units, byte[] written)
    {
        (this.units, this.written) = (units, written);
        ascii = [.. Enumerable.Range(0, Ascii).Select(value => Find(((char)value).ToString()))];
    }

    /// <summary>The most characters that one character becomes.</summary>
    public int Longest
    {
        get
        {
            int longest = 0;
            foreach (Range part in written.AsSpan().Split((byte)0))
            {
                longest = Math.Max(longest, Encoding.UTF8.GetCharCount(written.AsSpan(part)));
            }

            return longest;
        }
    }

    /// <summary>Reads a map: the bytes of the trie as 32 bits, the trie in units of 32 bits, and texts that end with a NUL each.</summary>
    /// <param name="at">Where it stands, for the error.</param>
    /// <param name="bytes">The whole map.</param>
    public static Either<FloeError, CharacterMap> Read(string at, ReadOnlySpan<byte> bytes)
    {
        uint size = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (size % sizeof(uint) != 0 || size == 0 || size > bytes.Length - sizeof(uint))
        {
            return new FloeError.BadData(
                at, "the size of a trie, and the trie",
                $"{bytes.Length} bytes" + (bytes.Length < sizeof(uint) ? "" : $" for one of {size}"), "Fetch the file again.");
        }

        uint[] units = new uint[size / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(sizeof(uint) * (i + 1))..]);
        }

        byte[] written = bytes[(sizeof(uint) + (int)size)..].ToArray();
        return !Utf8.IsValid(written)
            ? new FloeError.BadData(at, "texts in UTF-8", "bytes that are not UTF-8", "Fetch the file again.")
            : Array.Exists(units, unit => IsValue(unit) && !Starts(written, Value(unit)))
            ? new FloeError.BadData(at, "places of texts", "one outside of them", "Fetch the file again.")
            : new CharacterMap(units, written);
    }

    /// <summary>The text as the map writes it.</summary>
    public string Write(string text)
    {
        StringBuilder all = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            bool plain = text[at] < Ascii && text[at] != '\r' && (at + 1 == text.Length || text[at + 1] < Ascii);
            int length = plain ? 1 : StringInfo.GetNextTextElementLength(text.AsSpan(at));
            if (plain)
            {
                all.Append(ascii[text[at]] ?? text[at..(at + 1)]);
            }
            else
            {
                Append(text.AsSpan(at, length), all);
            }

            at += length;
        }

        return all.ToString();
    }

    private void Append(ReadOnlySpan<char> grapheme, StringBuilder all)
    {
        if (grapheme.Length <= LongestGrapheme && Encoding.UTF8.GetByteCount(grapheme) <= LongestGrapheme && Find(grapheme) is { } whole)
        {
            all.Append(whole);
            return;
        }

        foreach (Rune rune in grapheme.EnumerateRunes())
        {
            string character = rune.ToString();
            all.Append(Find(character) ?? character);
        }
    }

    // The steps of a double array: a child's place is its parent's base, exclusive or its byte; byte 0 leads to a value.
    private string? Find(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[3 * LongestGrapheme];
        uint place = Offset(units[0]);
        foreach (byte value in utf8[..Encoding.UTF8.GetBytes(text, utf8)])
        {
            place ^= value;
            if (value == 0 || place >= units.Length || (units[place] & 0x800000FF) != value)
            {
                return null;
            }

            uint unit = units[place];
            place ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                return place < units.Length && IsValue(units[place]) ? TextAt(Value(units[place])) : null;
            }
        }

        return null;
    }

    private string TextAt(int start)
    {
        ReadOnlySpan<byte> rest = written.AsSpan(start);
        return Encoding.UTF8.GetString(rest.IndexOf((byte)0) is >= 0 and var end ? rest[..end] : rest);
    }

    private static bool Starts(byte[] written, int at) => at <= written.Length && (at == written.Length || (written[at] & 0xC0) != 0x80);

    private static bool IsValue(uint unit) => unit >> 31 != 0;

    private static int Value(uint unit) => (int)(unit & int.MaxValue);

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1 << 9)) >> 6);
}
