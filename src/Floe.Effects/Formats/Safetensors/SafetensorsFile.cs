using System.Buffers.Binary;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>
/// One safetensors file (huggingface/safetensors): its header was checked when it was opened, its tensors are read one at a time. Errors:
/// <see cref="FloeError.BadData"/> for a damaged header, <see cref="FloeError.Unsupported"/> for an element type that only the library
/// knows, <see cref="FloeError.Io"/> from the system.
/// </summary>
internal sealed class SafetensorsFile : IWeightSource
{
    private readonly RandomFile file;
    private readonly long dataStart;
    private readonly Dictionary<string, SafetensorsEntry> entries;
    private readonly Dictionary<string, StoredTensor> tensors;

    private SafetensorsFile(RandomFile file, SafetensorsHeader header)
    {
        this.file = file;
        dataStart = header.DataStart;
        Metadata = header.Metadata;
        entries = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        tensors = header.Entries.ToDictionary(
            e => e.Name, e => new StoredTensor(e.Name, ElementTypes.NameOf(e.Type), e.Shape), StringComparer.Ordinal);
    }

    /// <summary>The path it was opened by.</summary>
    public string Path => file.Path;

    /// <summary>The strings under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, SafetensorsFile> Open(string path) =>
        ForeignFile.Named(path, FileForm.Safetensors, RandomFile.Open(path).Bind(file => SafetensorsHeader.Read(file).Match(
            Right: header => Right<FloeError, SafetensorsFile>(new SafetensorsFile(file, header)),
            Left: error =>
            {
                file.Dispose();
                return error;
            })));

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (!entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            return Missing(name);
        }

        return tensors[name].Misfit(Path, destination.Length) is { } wrong ? wrong : Read(entry, 0, destination);
    }

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination)
    {
        if (!entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            return Missing(name);
        }

        long columns = tensors[name].Columns;
        return first >= 0 && columns > 0 && destination.Length % columns == 0 && first <= (entry.Elements - destination.Length) / columns
            ? Read(entry, first * columns, destination)
            : new FloeError.BadData(
                $"{Path}: tensor {name}", $"some of {entry.Elements} values in rows of {columns}", $"{destination.Length} from row {first}",
                    "Read within the tensor's shape.");
    }

    /// <summary>A tensor as float32, row-major; wider types are rounded to nearest.</summary>
    /// <param name="name">Its name.</param>
    public Either<FloeError, float[]> Floats(string name) =>
        Room<float>(name).Bind(values => ReadFloat32(name, values).Map(_ => values));

    /// <summary>A tensor as float64, row-major; exact for every type but 64-bit integers beyond 2^53.</summary>
    /// <param name="name">Its name.</param>
    public Either<FloeError, double[]> Doubles(string name) =>
        from entry in Find(name)
        from values in entry.Type switch
        {
            ElementType.F64 => Read<double>(entry, (s, d) => ElementTypes.Each(s, d, 8, BinaryPrimitives.ReadDoubleLittleEndian)),
            ElementType.U64 =>
                Read<double>(entry, (s, d) => ElementTypes.Each(s, d, 8, static b => (double)BinaryPrimitives.ReadUInt64LittleEndian(b))),
            _ when ElementTypes.ToInt64(entry.Type) is not null => Integers(name).Map(all => System.Array.ConvertAll(all, v => (double)v)),
            _ => Floats(name).Map(all => System.Array.ConvertAll(all, v => (double)v)),
        }
        select values;

    /// <summary>An integer or boolean tensor, row-major. U64 and floating types are refused.</summary>
    /// <param name="name">Its name.</param>
    public Either<FloeError, long[]> Integers(string name) =>
        from entry in Find(name)
        from values in ElementTypes.ToInt64(entry.Type) is { } decode
            ? Read(entry, decode)
            : Left<FloeError, long[]>(new FloeError.BadData(
                $"{Path}: tensor {name}", "a boolean or an integer of at most 64 signed bits", ElementTypes.NameOf(entry.Type),
                    "Store it as I64."))
        select values;

    /// <summary>A tensor's bytes as they are stored.</summary>
    /// <param name="name">Its name.</param>
    public Either<FloeError, byte[]> Bytes(string name) =>
        from entry in Find(name)
        from room in Room<byte>(entry, entry.End - entry.Begin)
        from _ in file.ReadAt(dataStart + entry.Begin, room)
        select room;

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private Either<FloeError, Unit> Read(SafetensorsEntry entry, long skipped, Span<float> destination)
    {
        int width = ElementTypes.BytesOf(entry.Type);
        long at = dataStart + entry.Begin + (skipped * width);
        return entry.Type == ElementType.F32
            ? ChunkedRead.Raw(file, at, destination)
            : ChunkedRead.Into(file, at, width, 1, ElementTypes.ToFloat32(entry.Type), destination);
    }

    private Either<FloeError, T[]> Read<T>(SafetensorsEntry entry, Decode<T> decode) =>
        Room<T>(entry, entry.Elements).Bind(values =>
            ChunkedRead.Into<T>(file, dataStart + entry.Begin, ElementTypes.BytesOf(entry.Type), 1, decode, values).Map(_ => values));

    private Either<FloeError, T[]> Room<T>(string name) => Find(name).Bind(entry => Room<T>(entry, entry.Elements));

    private Either<FloeError, T[]> Room<T>(SafetensorsEntry entry, long length) =>
        length <= System.Array.MaxLength
            ? new T[length]
            : new FloeError.Unsupported(
                $"{Path}: tensor {entry.Name}", $"one tensor of {length} values", $"up to {System.Array.MaxLength}", "Split the tensor.");

    private Either<FloeError, SafetensorsEntry> Find(string name) =>
        entries.TryGetValue(name, out SafetensorsEntry? entry) ? entry : Missing(name);

    private FloeError.BadData Missing(string name) =>
        new FloeError.BadData(Path, $"a tensor named {name}", $"{entries.Count} others", "Check that this is the right file.");
}
