using System.Text.Json;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>
/// Weights in several safetensors files of one folder, found through <c>model.safetensors.index.json</c>. The map decides which file a
/// tensor is read from; shards are plain file names, so that nothing outside the folder is opened.
/// </summary>
internal sealed class ShardedWeights : IWeightSource
{
    private const int LongestIndex = 1 << 28;
    private const string Remedy = "Correct the index, or fetch the folder again.";
    private readonly IReadOnlyList<SafetensorsFile> shards;
    private readonly Dictionary<string, SafetensorsFile> files;

    private ShardedWeights(IReadOnlyList<SafetensorsFile> shards, Dictionary<string, SafetensorsFile> files)
    {
        this.shards = shards;
        this.files = files;
        Tensors = files.ToDictionary(f => f.Key, f => f.Value.Tensors[f.Key], StringComparer.Ordinal);
    }

    /// <summary>The index's name in a checkpoint folder.</summary>
    public const string IndexName = "model.safetensors.index.json";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens every shard that an index names and checks that each tensor lies where the map says.</summary>
    /// <param name="index">Path of the index.</param>
    public static Either<FloeError, ShardedWeights> Open(string index) =>
        from root in JsonText.ReadObject(index, LongestIndex)
        from map in JsonText.Member(index, root, "weight_map", JsonValueKind.Object)
        from entries in JsonText.Members(map).Each(item => ReadEntry(index, item))
        from opened in OpenShards(index, entries)
        select opened;

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
        files.TryGetValue(name, out SafetensorsFile? file) ? file.ReadFloat32(name, destination) : Missing(name);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination) =>
        files.TryGetValue(name, out SafetensorsFile? file) ? file.ReadRows(name, first, destination) : Missing(name);

    /// <summary>Closes all shards.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile shard in shards)
        {
            shard.Dispose();
        }
    }

    /// <summary>The file names of an index's shards, ascending.</summary>
    internal static Either<FloeError, IReadOnlyList<string>> ShardNames(string index) =>
        from root in JsonText.ReadObject(index, LongestIndex)
        from map in JsonText.Member(index, root, "weight_map", JsonValueKind.Object)
        from entries in JsonText.Members(map).Each(item => ReadEntry(index, item))
        select (IReadOnlyList<string>)[.. entries.Select(e => e.Shard).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Either<FloeError, (string Tensor, string Shard)> ReadEntry(string index, JsonProperty item) =>
        from tensor in JsonText.NameOf(index, item)
        from shard in JsonText.Text($"{index}: weight_map.{tensor}", item.Value)
        from plain in Steps.Check(
            IsPlainName(shard),
            () =>
                new FloeError.BadData(
                    $"{index}: weight_map.{tensor}", "the name of a .safetensors file in the same folder", $"'{shard}'", Remedy))
        select (tensor, shard);

    /// <summary>A name without separators, drive or relative parts, on any system.</summary>
    private static bool IsPlainName(string name) =>
        name.Length <= 255
            && name.EndsWith(".safetensors", StringComparison.Ordinal)
            && !name.AsSpan().ContainsAny("/\\:\0")
            && name[0] != '.';

    private static Either<FloeError, ShardedWeights> OpenShards(string index, IReadOnlyList<(string Tensor, string Shard)> entries)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index))!;
        List<SafetensorsFile> opened = [];
        Either<FloeError, ShardedWeights> result =
            from shards in entries.Select(e => e.Shard).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Each(name =>
                SafetensorsFile.Open(System.IO.Path.Combine(folder, name)).Map(file =>
                {
                    opened.Add(file);
                    return (name, file);
                }))
            let byName = shards.ToDictionary(s => s.name, s => s.file, StringComparer.Ordinal)
            from located in entries.Each(e => byName[e.Shard].Tensors.ContainsKey(e.Tensor)
                ? Right<FloeError, KeyValuePair<string, SafetensorsFile>>(KeyValuePair.Create(e.Tensor, byName[e.Shard]))
                : new FloeError.BadData($"{index}: weight_map.{e.Tensor}", $"the tensor in {e.Shard}", "it is not there", Remedy))
            let files = new Dictionary<string, SafetensorsFile>(located, StringComparer.Ordinal)
            from _ in opened.SelectMany(file => file.Tensors.Keys.Where(name => !files.ContainsKey(name)).Select(name => (file, name)))
                .ToList() switch
            {
                [] => Right<FloeError, Unit>(unit),
                [var (file, name), ..] =>
                    new FloeError.BadData($"{file.Path}: tensor {name}", "an entry in the index's weight_map", "none", Remedy),
            }
            select new ShardedWeights(opened, files);
        if (result.IsLeft)
        {
            opened.ForEach(file => file.Dispose());
        }

        return result;
    }

    private static FloeError.BadData Missing(string name) =>
        new(IndexName, $"a tensor named {name}", "no such entry", "Check that this is the right folder.");
}
