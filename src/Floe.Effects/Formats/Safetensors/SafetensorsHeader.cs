using System.Buffers.Binary;
using System.Text.Json;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>A tensor's entry in a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the data.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record SafetensorsEntry(string Name, ElementType Type, Arr<long> Shape, long Begin, long End)
{
    public long Elements => (End - Begin) / ElementTypes.BytesOf(Type);
}

/// <summary>
/// The header of a safetensors file: eight bytes of length, then JSON. Accepted is what the safetensors library accepts, without repeated
/// names: data that the entries cover from first to last byte, in any order, without gap or overlap.
/// </summary>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    private const int LengthBytes = 8;
    private const ulong LongestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";
    private const string Remedy = "The file is damaged or not safetensors: fetch or write it again.";

    /// <summary>Reads and checks the header. Nothing is allocated on the word of the file: the length is compared with the file
    /// first.</summary>
    public static Either<FloeError, SafetensorsHeader> Read(RandomFile file) =>
        from length in ReadLength(file)
        from json in ReadJson(file, length)
        from root in JsonText.Parse(file.Path, json)
        from header in JsonText.Expect(file.Path, root, JsonValueKind.Object)
        from metadata in ReadMetadata(file.Path, header)
        from entries in ReadEntries(file.Path, header)
        from _ in CheckCover(file.Path, entries, file.Length - LengthBytes - length)
        select new SafetensorsHeader(entries, metadata, LengthBytes + length);

    private static Either<FloeError, int> ReadLength(RandomFile file)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        if (file.Length < LengthBytes)
        {
            return Bad(file.Path, "at least 8 bytes", $"{file.Length}");
        }

        Either<FloeError, Unit> read = file.ReadAt(0, bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return read.Bind<int>(_ => length <= LongestHeader && length <= (ulong)(file.Length - LengthBytes)
            ? (int)length
            : Bad(file.Path, $"a header of at most {Math.Min((ulong)(file.Length - LengthBytes), LongestHeader)} bytes",
                $"the length {length}"));
    }

    private static Either<FloeError, byte[]> ReadJson(RandomFile file, int length)
    {
        byte[] json = new byte[length];
        return file.ReadAt(LengthBytes, json).Map(_ => json);
    }

    private static Either<FloeError, IReadOnlyDictionary<string, string>> ReadMetadata(string path, JsonElement header) =>
        !JsonText.Has(header, MetadataKey, out JsonElement stored)
            ? new Dictionary<string, string>()
            : from metadata in JsonText.Expect($"{path}: {MetadataKey}", stored, JsonValueKind.Object)
              from items in JsonText.Members(metadata).Each(item =>
                  from key in JsonText.NameOf(path, item)
                  from value in JsonText.Text($"{path}: {MetadataKey}.{Shorten(key)}", item.Value)
                  select KeyValuePair.Create(key, value))
              select (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(items, StringComparer.Ordinal);

    private static Either<FloeError, IReadOnlyList<SafetensorsEntry>> ReadEntries(string path, JsonElement header) =>
        JsonText.Members(header).Where(item => !item.NameEquals(MetadataKey)).Each(item =>
            from name in JsonText.NameOf(path, item)
            from entry in ReadEntry($"{path}: tensor {Shorten(name)}", name, item.Value)
            select entry);

    /// <summary>One entry. Files have thousands of them, so the steps are chained without the closures of a query.</summary>
    private static Either<FloeError, SafetensorsEntry> ReadEntry(string at, string name, JsonElement value)
    {
        if (JsonText.Expect(at, value, JsonValueKind.Object).Failed(out FloeError? error, out JsonElement entry)
            || JsonText.Member(at, entry, "dtype", JsonValueKind.String).Failed(out error, out JsonElement dtype)
            || JsonText.Text(at, dtype).Failed(out error, out string? typeName)
            || ElementTypes.Parse(at, typeName).Failed(out error, out ElementType type)
            || JsonText.Member(at, entry, "shape", JsonValueKind.Array).Failed(out error, out JsonElement sizes)
            || Integers(at, "shape", sizes).Failed(out error, out long[]? shape)
            || ByteCount(at, type, shape).Failed(out error, out long bytes)
            || JsonText.Member(at, entry, "data_offsets", JsonValueKind.Array).Failed(out error, out JsonElement ends)
            || Integers(at, "data_offsets", ends).Failed(out error, out long[]? offsets))
        {
            return error;
        }

        return offsets.Length != 2
            || offsets[0] > offsets[1] ? Bad(
                $"{at}: data_offsets", "[begin, end] with begin ≤ end", $"[{string.Join(", ", offsets.Take(4))}]")
            : bytes != offsets[1] - offsets[0] ? Bad(at, $"{bytes} bytes for its shape and type", $"{offsets[1] - offsets[0]}")
            : new SafetensorsEntry(name, type, new Arr<long>(shape), offsets[0], offsets[1]);
    }

    private static Either<FloeError, long[]> Integers(string at, string key, JsonElement array)
    {
        long[] values = new long[array.GetArrayLength()];
        int next = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long value) || value < 0)
            {
                return Bad($"{at}: {key}[{next}]", "an integer from 0 to 2^63 - 1", Shorten(item.GetRawText()));
            }

            values[next++] = value;
        }

        return values;
    }

    private static Either<FloeError, long> ByteCount(string at, ElementType type, long[] shape)
    {
        try
        {
            return checked(shape.Aggregate(1L, (product, size) => checked(product * size)) * ElementTypes.BytesOf(type));
        }
        catch (OverflowException)
        {
            return Bad($"{at}: shape", "a size under 2^63 bytes", "a product beyond it");
        }
    }

    private static Either<FloeError, Unit> CheckCover(string path, IReadOnlyList<SafetensorsEntry> entries, long dataBytes)
    {
        long covered = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != covered)
            {
                return Bad(
                    $"{path}: tensor {Shorten(entry.Name)}", $"data from byte {covered}, where the tensor before it ends",
                        $"data from byte {entry.Begin}");
            }

            covered = entry.End;
        }

        return covered == dataBytes
            ? unit
            : Bad(path, $"{covered} bytes of data, as the header says", covered > dataBytes
                ? $"{dataBytes}: the end is missing, as after an unfinished download or save"
                : $"{dataBytes}");
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");

    private static FloeError.BadData Bad(string at, string expected, string found) => new FloeError.BadData(at, expected, found, Remedy);
}
