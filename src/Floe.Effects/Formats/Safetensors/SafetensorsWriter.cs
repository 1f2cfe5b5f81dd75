using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>
/// Writes safetensors files as the library does: tensors sorted by type, widest first, then by name, so that all data is aligned; the
/// header padded with spaces to a multiple of 8. Same tensors and metadata: same bytes.
/// </summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="tensors">Tensors in any order, with names that differ.</param>
    /// <param name="metadata">Strings for <c>__metadata__</c>, sorted by key; nothing is written where there are none.</param>
    /// <returns>Unit; or the I/O error; or that a tensor gave another number of bytes than its shape needs.</returns>
    public static Either<FloeError, Unit> Write(
        string path, IEnumerable<OutgoingTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        OutgoingTensor[] sorted = [.. tensors.OrderByDescending(t => t.Type).ThenBy(t => t.Name, StringComparer.Ordinal)];
        return sorted.DistinctBy(t => t.Name, StringComparer.Ordinal).Count() < sorted.Length
            ? new FloeError.BadData(path, "tensors with names that differ", "one name twice", "Rename one of them.")
            : AtomicFile.Write(path, stream =>
            {
                stream.Write(Header(sorted, metadata));
                return sorted.Each(tensor => WriteOne(path, stream, tensor)).Map(_ => unit);
            });
    }

    private static Either<FloeError, Unit> WriteOne(string path, Stream stream, OutgoingTensor tensor)
    {
        long written = 0;
        foreach (ReadOnlyMemory<byte> piece in tensor.Pieces())
        {
            stream.Write(piece.Span);
            written += piece.Length;
        }

        return Steps.Check(written == tensor.Length, () => new FloeError.BadData(
            $"{path}: tensor {tensor.Name}", $"{tensor.Length} bytes", $"{written}", "Give values for its whole shape."));
    }

    /// <summary>The eight bytes of length and the padded JSON.</summary>
    private static byte[] Header(IReadOnlyList<OutgoingTensor> sorted, IReadOnlyDictionary<string, string> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), 0);
        buffer.Advance(sizeof(long));
        using (Utf8JsonWriter json = new(buffer, Compact))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long begin = 0;
            foreach (OutgoingTensor tensor in sorted)
            {
                WriteEntry(json, tensor, begin);
                begin = checked(begin + tensor.Length);
            }

            json.WriteEndObject();
        }

        int padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        buffer.Write("        "u8[..padding]);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject("__metadata__");
        foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, OutgoingTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", ElementTypes.NameOf(tensor.Type));
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
