using System.Text;

namespace Floe.Domain.Text;

/// <summary>
/// GPT-2's alphabet of 256 printable characters, one a byte: bytes that print stand for themselves, the others take U+0100 and up in order
/// (a space is Ġ, U+0120). As <c>bytes_to_unicode</c> of openai/gpt-2.
/// </summary>
internal static class ByteAlphabet
{
    private const int Last = 0x143;

    private static readonly char[] Symbols = MakeSymbols();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char Symbol(byte value) => Symbols[value];

    /// <summary>Spells the UTF-8 bytes of a text in the alphabet; a lone surrogate is spelled as U+FFFD.</summary>
    public static string Spell(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return string.Create(utf8.Length, utf8, static (symbols, bytes) =>
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                symbols[i] = Symbols[bytes[i]];
            }
        });
    }

    /// <summary>Appends the bytes that a token stands for; a token with any other character counts as plain text, that is as its UTF-8
    /// bytes.</summary>
    /// <param name="token">A token as the vocabulary spells it.</param>
    /// <param name="bytes">Where the bytes go.</param>
    public static void AppendBytes(string token, List<byte> bytes)
    {
        foreach (char symbol in token)
        {
            if (symbol > Last || Bytes[symbol] < 0)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }
        }

        foreach (char symbol in token)
        {
            bytes.Add((byte)Bytes[symbol]);
        }
    }

    private static char[] MakeSymbols()
    {
        char[] symbols = new char[256];
        int next = 0x100;
        for (int value = 0; value < 256; value++)
        {
            bool prints = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            symbols[value] = (char)(prints ? value : next++);
        }

        return symbols;
    }

    private static short[] MakeBytes()
    {
        short[] bytes = new short[Last + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < 256; value++)
        {
            bytes[Symbols[value]] = (short)value;
        }

        return bytes;
    }
}
