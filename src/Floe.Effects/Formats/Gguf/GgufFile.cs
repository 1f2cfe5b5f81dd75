using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A GGUF file (ggml's container): metadata by key and tensors under the file's own names. Its header was checked when it was opened. Errors:
/// <see cref="FloeError.BadData"/> for a damaged file; <see cref="FloeError.Unsupported"/> for big-endian files, other versions and tensor types
/// without a decoder.
/// </summary>
public sealed class GgufFile : IWeightSource
{
    private readonly RandomFile file;
    private readonly Dictionary<string, GgufEntry> entries;
    private readonly Dictionary<string, GgufValue> values;

    private GgufFile(RandomFile file, GgufHeader header)
    {
        this.file = file;
        Version = (int)header.Version;
        Metadata = header.Metadata;
        DataStart = header.DataStart;
        entries = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        values = header.Metadata.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
        Tensors = header.Entries.ToDictionary(e => e.Name, e => new StoredTensor(e.Name, e.Type.Name, e.Shape), StringComparer.Ordinal);
    }

    /// <summary>The path it was opened by.</summary>
    public string Path => file.Path;

    /// <summary>2 or 3.</summary>
    public int Version { get; }

    /// <summary>Keys and values in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, GgufValue>> Metadata { get; }

    /// <summary>Where the data area starts, in bytes from the start of the file.</summary>
    public long DataStart { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, GgufFile> Open(string path) =>
        ForeignFile.Named(path, FileForm.Gguf, RandomFile.Open(path).Bind(file => GgufHeader.Read(file).Match(
            Right: header => Right<FloeError, GgufFile>(new GgufFile(file, header)),
            Left: error =>
            {
                file.Dispose();
                return error;
            })));

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key, such as <c>general.architecture</c>.</param>
    public Option<GgufValue> Find(string key) => values.TryGetValue(key, out GgufValue? value) ? Some(value) : None;

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (Locate(name, destination.Length, out GgufEntry entry).Failed(out FloeError? error, out Decode<float>? decode))
        {
            return error;
        }

        return entry.Type.Name == nameof(ElementType.F32)
            ? ChunkedRead.Raw(file, entry.Offset, destination)
            : ChunkedRead.Into(file, entry.Offset, entry.Type.Bytes, entry.Type.Values, decode, destination);
    }

    /// <summary>Reads a tensor whose rows are kept in another order: stored row i becomes row <paramref name="target"/>(i).</summary>
    /// <param name="name">A key of <see cref="Tensors"/>.</param>
    /// <param name="target">A permutation of the rows.</param>
    /// <param name="destination">Room for all values.</param>
    internal Either<FloeError, Unit> ReadRows(string name, Func<int, int> target, Span<float> destination)
    {
        if (Locate(name, destination.Length, out GgufEntry entry).Failed(out FloeError? error, out Decode<float>? decode))
        {
            return error;
        }

        int rows = (int)entry.Shape[0], columns = destination.Length / rows;
        if (columns % entry.Type.Values != 0)
        {
            return new FloeError.BadData($"{Path}: tensor {name}", $"rows of whole blocks of {entry.Type.Name}", $"rows of {columns} values", "Fetch the model again.");
        }

        int rowBytes = (int)(entry.Bytes / rows);
        byte[] stored = new byte[rowBytes];
        for (int row = 0; row < rows; row++)
        {
            if (file.ReadAt(entry.Offset + ((long)row * rowBytes), stored).Failed(out error, out _))
            {
                return error;
            }

            decode(stored, destination.Slice(target(row) * columns, columns));
        }

        return unit;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private Either<FloeError, Decode<float>> Locate(string name, int room, out GgufEntry entry)
    {
        if (!entries.TryGetValue(name, out entry!))
        {
            return new FloeError.BadData(Path, $"a tensor named {name}", $"{entries.Count} others", "Check that this is the right file.");
        }

        return room == entry.Elements
            ? entry.Type.Decoder($"{Path}: tensor {name}")
            : new FloeError.BadData($"{Path}: tensor {name}", $"room for {entry.Elements} values", $"{room}", "Allocate by the tensor's shape.");
    }
}
