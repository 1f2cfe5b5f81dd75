using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>An entry of the tensor table.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Row-major shape: the file's dimensions reversed.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Length in bytes.</param>
internal sealed record GgufEntry(string Name, GgufTensorType Type, Arr<long> Shape, long Offset, long Bytes)
{
    public long Elements => Bytes / Type.Bytes * Type.Values;
}

/// <summary>
/// The header of a GGUF file of version 2 or 3 (ggml's specification): magic, version, counts, metadata, tensor table. The data area starts
/// at the next multiple of <c>general.alignment</c>; tensor offsets count from there.
/// </summary>
internal sealed record GgufHeader(
    uint Version, IReadOnlyList<KeyValuePair<string, GgufValue>> Metadata, IReadOnlyList<GgufEntry> Entries, long DataStart)
{
    private const uint Magic = 0x46554747;
    private const int LongestKey = 65535;
    private const int LongestName = 64;
    private const int MostDimensions = 4;
    private const int DeepestArray = 8;
    private const string AlignmentKey = "general.alignment";
    private const uint DefaultAlignment = 32;

    /// <summary>Reads and checks the whole header: types, counts, bounds, alignment and overlap of the tensors.</summary>
    public static Either<FloeError, GgufHeader> Read(RandomFile file)
    {
        GgufCursor cursor = new(file);
        uint version = ReadVersion(cursor);
        int tensorCount = cursor.Count("tensor count", 1);
        int keyCount = cursor.Count("key count", 1);
        List<KeyValuePair<string, GgufValue>> metadata = ReadMetadata(cursor, keyCount);
        uint alignment = AlignmentOf(cursor, metadata);
        List<GgufEntry> entries = ReadTensors(cursor, tensorCount, alignment);
        long dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        List<GgufEntry> placed = [.. entries.Select(e => e with { Offset = unchecked(e.Offset + dataStart) })];
        CheckPlaces(cursor, placed, dataStart, alignment, file.Length);
        return cursor.Failure is { } error ? Left<FloeError, GgufHeader>(error) : new GgufHeader(version, metadata, placed, dataStart);
    }

    private static uint ReadVersion(GgufCursor cursor)
    {
        uint magic = cursor.Uint32("magic");
        if (!cursor.Failed && magic != Magic)
        {
            cursor.Fail("magic", "GGUF", $"0x{magic:X8}");
        }

        uint version = cursor.Uint32("version");
        if (!cursor.Failed && version is not (2 or 3))
        {
            string feature = version != 0 && (version & 0xFFFF) == 0 ? "a big-endian GGUF file" : $"GGUF version {version}";
            cursor.Refuse(feature, "little-endian GGUF versions 2 and 3", "Convert the file with a current llama.cpp.");
        }

        return version;
    }

    private static List<KeyValuePair<string, GgufValue>> ReadMetadata(GgufCursor cursor, int count)
    {
        List<KeyValuePair<string, GgufValue>> metadata = [];
        System.Collections.Generic.HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < count && !cursor.Failed; i++)
        {
            string key = cursor.Text($"key {i}");
            if (key.Length > LongestKey)
            {
                cursor.Fail($"key {i}", $"at most {LongestKey} bytes", $"{key.Length} characters");
            }

            if (!seen.Add(key))
            {
                cursor.Fail($"key {i}", "keys that differ", $"{key} a second time");
            }

            metadata.Add(
                KeyValuePair.Create(
                    key, ReadValue(cursor, $"value of {(key.Length <= 80 ? key : key[..80])}", cursor.Uint32("value type"))));
        }

        return metadata;
    }

    private static GgufValue ReadValue(GgufCursor cursor, string what, uint typeId)
    {
        if (!Known(cursor, what, typeId))
        {
            return new GgufValue.Text("");
        }

        GgufType type = (GgufType)typeId;
        return type switch
        {
            GgufType.String => new GgufValue.Text(cursor.Text(what)),
            GgufType.Array => ReadArray(cursor, what, 1),
            _ => new GgufValue.Scalar(ReadNumbers(cursor, what, type, 1)),
        };
    }

    /// <summary>An array; inner arrays go down a fixed number of levels only.</summary>
    private static GgufValue ReadArray(GgufCursor cursor, string what, int depth)
    {
        uint typeId = cursor.Uint32($"{what} (element type)");
        if (depth > DeepestArray)
        {
            cursor.Fail(what, $"arrays at most {DeepestArray} deep", "a deeper one");
        }

        if (!Known(cursor, what, typeId))
        {
            return new GgufValue.Texts(Arr<string>.Empty);
        }

        switch ((GgufType)typeId)
        {
            case GgufType.String:
                string[] texts = new string[cursor.Count($"{what} (count)", sizeof(ulong))];
                for (int i = 0; i < texts.Length && !cursor.Failed; i++)
                {
                    texts[i] = cursor.Text(what);
                }

                return new GgufValue.Texts(new Arr<string>(texts));
            case GgufType.Array:
                GgufValue[] inner = new GgufValue[cursor.Count($"{what} (count)", sizeof(uint) + sizeof(ulong))];
                for (int i = 0; i < inner.Length && !cursor.Failed; i++)
                {
                    inner[i] = ReadArray(cursor, what, depth + 1);
                }

                return new GgufValue.Nested(new Arr<GgufValue>(inner));
            case GgufType type:
                return new GgufValue.Numbers(ReadNumbers(cursor, what, type, cursor.Count($"{what} (count)", GgufNumbers.WidthOf(type))));
        }
    }

    private static GgufNumbers ReadNumbers(GgufCursor cursor, string what, GgufType type, int count)
    {
        GgufNumbers numbers = new(type, cursor.Bytes(what, count * GgufNumbers.WidthOf(type)));
        if (type == GgufType.Bool && numbers.Bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            cursor.Fail(what, "booleans of 0 or 1", "another byte");
        }

        return numbers;
    }

    private static bool Known(GgufCursor cursor, string what, uint typeId)
    {
        if (typeId > (uint)GgufType.Float64)
        {
            cursor.Fail(what, $"a value type from 0 to {(uint)GgufType.Float64}", $"{typeId}");
        }

        return !cursor.Failed;
    }

    private static uint AlignmentOf(GgufCursor cursor, IEnumerable<KeyValuePair<string, GgufValue>> metadata)
    {
        foreach ((string key, GgufValue value) in metadata)
        {
            if (key == AlignmentKey && !cursor.Failed)
            {
                if (value is GgufValue.Scalar { Stored: { Type: GgufType.Uint32 } stored }
                    && (uint)stored.WholeAt(0) is var alignment && alignment % 8 == 0 && uint.IsPow2(alignment))
                {
                    return alignment;
                }

                cursor.Fail(AlignmentKey, "a Uint32 that is a power of two and a multiple of 8", value.Words);
            }
        }

        return DefaultAlignment;
    }

    private static List<GgufEntry> ReadTensors(GgufCursor cursor, int count, uint alignment)
    {
        List<GgufEntry> entries = [];
        System.Collections.Generic.HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < count && !cursor.Failed; i++)
        {
            string name = cursor.Text($"name of tensor {i}");
            if (name.Length > LongestName || !seen.Add(name))
            {
                cursor.Fail(
                    $"name of tensor {i}", $"a new name of at most {LongestName} bytes", name.Length > LongestName
                        ? $"{name.Length} characters"
                        : $"{name} a second time");
            }

            entries.Add(ReadTensor(cursor, name, $"tensor {name}", alignment));
        }

        return entries;
    }

    private static GgufEntry ReadTensor(GgufCursor cursor, string name, string what, uint alignment)
    {
        uint dimensions = cursor.Uint32($"{what} (dimensions)");
        if (dimensions is 0 or > MostDimensions)
        {
            cursor.Fail(what, $"1 to {MostDimensions} dimensions", $"{dimensions}");
        }

        long[] shape = new long[cursor.Failed ? 1 : dimensions];
        UInt128 elements = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            ulong size = cursor.Uint64($"{what} (sizes)");
            elements = size > long.MaxValue || elements > long.MaxValue ? UInt128.MaxValue : elements * size;
            shape[d] = (long)Math.Min(size, long.MaxValue);
        }

        uint typeId = cursor.Uint32($"{what} (type)");
        ulong offset = cursor.Uint64($"{what} (offset)");
        if (!GgufTensorType.All.TryGetValue(typeId, out GgufTensorType? type))
        {
            cursor.Fail(what, "a tensor type of ggml", $"type {typeId}");
            type = GgufTensorType.All[0];
        }

        if (shape[^1] % type.Values != 0)
        {
            cursor.Fail(what, $"rows of a multiple of {type.Values} values, as {type.Name} packs them", $"rows of {shape[^1]}");
        }

        if (elements == 0
            || elements > long.MaxValue
            || offset > long.MaxValue
            || elements / (uint)type.Values * (uint)type.Bytes > (UInt128)cursor.Left)
        {
            cursor.Fail(what, "data inside the file", $"{string.Join(" × ", shape)} values of {type.Name} at offset {offset}");
        }
        else if (offset % alignment != 0)
        {
            cursor.Fail(what, $"an offset that is a multiple of {alignment}", $"{offset}");
        }

        return cursor.Failed
            ? new GgufEntry(name, type, Arr<long>.Empty, 0, 0)
            : new GgufEntry(name, type, new Arr<long>(shape), (long)offset, (long)elements / type.Values * type.Bytes);
    }

    /// <summary>The tensors fill the data area, each padded to the alignment: a gap means that the table and the data do not belong
    /// together.</summary>
    private static void CheckPlaces(GgufCursor cursor, IReadOnlyList<GgufEntry> entries, long dataStart, uint alignment, long fileLength)
    {
        long filled = dataStart;
        foreach (GgufEntry entry in entries.OrderBy(e => e.Offset))
        {
            if (entry.Offset < filled || entry.Offset - filled >= alignment)
            {
                cursor.Fail(
                    $"tensor {entry.Name}", $"data at the next multiple of {alignment} from byte {filled}, where the tensor before it ends",
                        $"data at byte {entry.Offset}");
            }

            if (entry.Offset > fileLength - entry.Bytes)
            {
                cursor.Fail($"tensor {entry.Name}", $"{entry.Bytes} bytes inside the file of {fileLength}", $"the offset {entry.Offset}");
            }

            filled = cursor.Failed ? fileLength : entry.Offset + entry.Bytes;
        }

        if (fileLength - filled >= alignment)
        {
            cursor.Fail(
                "data", $"the end of the file within {alignment} bytes of byte {filled}",
                    $"{fileLength - filled} bytes that belong to no tensor");
        }
    }
}
