using System.Buffers.Binary;
using Floe.Domain.Text;
using Xunit;

namespace Floe.Tests.Properties.Text;

/// <summary>A compiled map of characters is read from any bytes: refused, or it writes any text in bounded length.</summary>
public sealed class CharacterMapLaws
{
    private static readonly string[] Texts =
    [
        "", "a", "plain text\r\n", "e\u0301\u0323", "\uD800", "👩‍👩‍👧 und\u0000", new string('\u0301', 50), "中文한",
    ];

    [Fact]
    public void AnyBytesAreRefusedOrWriteAnyText()
    {
        Random random = new(3);
        int read = 0;
        for (int draw = 0; draw < 400; draw++)
        {
            int units = random.Next(1, 80);
            byte[] bytes = new byte[4 + (4 * units) + random.Next(9)];
            Array.Fill(bytes, (byte)'x');
            BinaryPrimitives.WriteInt32LittleEndian(bytes, random.Next(4) == 0 ? random.Next() : 4 * units);
            for (int i = 1; i <= units; i++)
            {
                // Labels that are met, offsets within the trie, and now and then a value.
                uint unit = random.Next(6) == 0
                    ? 0x80000000 | (uint)random.Next(3)
                    : (uint)(random.Next(128) | (random.Next(2) << 8) | (random.Next(units) << 10));
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), unit);
            }

            CharacterMap.Read("map", bytes).IfRight(map =>
            {
                read++;
                Assert.All(Texts, text => Assert.InRange(map.Write(text).Length, 0, text.Length * Math.Max(1, map.Longest)));
            });
        }

        Assert.InRange(read, 40, 400);
    }
}
