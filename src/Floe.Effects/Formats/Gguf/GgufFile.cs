using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A GGUF file (ggml's container): metadata by key and tensors under the file's own names. Its header was checked when it was opened.
/// Errors: <see cref="FloeError.BadData"/> for a damaged file; <see cref="FloeError.Unsupported"/> for big-endian files, other versions and
/// tensor types without a decoder.
/// </summary>
internal sealed class GgufFile : IWeightSource
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
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
        Tensors.GetValueOrDefault(name)?.Misfit(Path, destination.Length) is { } wrong ? wrong : ReadFrom(name, 0, destination);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination) =>
        ReadFrom(name, entries.TryGetValue(name, out _) ? first * Tensors[name].Columns : 0, destination);

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    // Blocks of quantised values do not cross rows.
    private Either<FloeError, Unit> ReadFrom(string name, long skipped, Span<float> destination)
    {
        if (!entries.TryGetValue(name, out GgufEntry? entry))
        {
            return new FloeError.BadData(Path, $"a tensor named {name}", $"{entries.Count} others", "Check that this is the right file.");
        }

        if (skipped < 0
            || skipped > entry.Elements - destination.Length
            || skipped % entry.Type.Values != 0
            || destination.Length % entry.Type.Values != 0)
        {
            return new FloeError.BadData(
                $"{Path}: tensor {name}", $"some of {entry.Elements} values in whole rows", $"{destination.Length} from {skipped}",
                    "Read within the tensor's shape.");
        }

        if (entry.Type.Decoder($"{Path}: tensor {name}").Failed(out FloeError? error, out Decode<float>? decode))
        {
            return error;
        }

        long at = entry.Offset + (skipped / entry.Type.Values * entry.Type.Bytes);
        return entry.Type.Name == nameof(ElementType.F32)
            ? ChunkedRead.Raw(file, at, destination)
            : ChunkedRead.Into(file, at, entry.Type.Bytes, entry.Type.Values, decode, destination);
    }
}
