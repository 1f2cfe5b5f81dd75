using System.Text;

namespace Floe.Domain.Text;

/// <summary>How SentencePiece and llama2.c turn pieces into a text.</summary>
internal static class PieceDecoding
{
    /// <summary>The text of pieces. A run of byte pieces is read as UTF-8; each byte that is part of no character becomes U+FFFD.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="pieces">The pieces.</param>
    public static string Decode(DecoderStep.Pieces rule, IEnumerable<string> pieces)
    {
        StringBuilder text = new();
        List<byte> run = [];
        bool started = false;
        foreach (string piece in pieces)
        {
            if (TextPipeline.ByteOf(piece) is byte value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, text);
            string rest = piece;
            if (piece != rule.Unknown
                && !started
                && text.Length == 0
                && rule.Strips != SpaceStrip.None
                && piece.StartsWith(rule.Mark, StringComparison.Ordinal))
            {
                rest = piece[rule.Mark.Length..];
                started = rule.Strips == SpaceStrip.One;
            }

            text.Append(piece == rule.Unknown ? rule.Surface : rest.Replace(rule.Mark, " ", StringComparison.Ordinal));
        }

        Flush(run, text);
        return text.ToString();
    }

    private static void Flush(List<byte> run, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = run.ToArray();
        while (!rest.IsEmpty)
        {
            bool read = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            text.Append(read ? rune.ToString() : "\uFFFD");
            rest = rest[(read ? length : 1)..];
        }

        run.Clear();
    }
}
