using System.Runtime.InteropServices;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats.Gguf;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Llama2c;

/// <summary>
/// The float32 tensors of a llama2.c checkpoint under Hugging Face names. They follow one another without names: each kind of weight for
/// all layers, in an order that depends on the version. Rows of q and k lie with rotary pairs beside each other and are read into the
/// half-split order.
/// </summary>
internal sealed class Llama2cFile : IWeightSource
{
    private readonly RandomFile file;
    private readonly int headDim;
    private readonly Dictionary<string, (long Offset, bool Rotary)> places;

    private Llama2cFile(RandomFile file, int headDim, IReadOnlyList<Placed> placed)
    {
        (this.file, this.headDim) = (file, headDim);
        places = placed.ToDictionary(p => p.Tensor.Name, p => (p.Offset, p.Rotary), StringComparer.Ordinal);
        Tensors = placed.ToDictionary(p => p.Tensor.Name, p => p.Tensor, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens a checkpoint. Its length must be that of its sizes, to the byte.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, Checkpoint> Open(string path) => RandomFile.Open(path).Bind(file =>
    {
        Either<FloeError, Checkpoint> opened =
            from header in Llama2cHeader.Read(file)
            from length in CheckLength(file, header)
            select new Checkpoint(path, header.Config, new Llama2cFile(file, header.Config.HeadDim, Place(header)));
        if (opened.IsLeft)
        {
            file.Dispose();
        }

        return opened;
    });

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
        Tensors.GetValueOrDefault(name)?.Misfit(file.Path, destination.Length) is { } wrong ? wrong : ReadRows(name, 0, destination);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination)
    {
        if (!places.TryGetValue(name, out (long Offset, bool Rotary) place))
        {
            return new FloeError.BadData(
                file.Path, $"a tensor named {name}", $"{places.Count} others", "Check that this is the right file.");
        }

        long columns = Tensors[name].Columns;
        if (!place.Rotary)
        {
            return file.ReadAt(place.Offset + (first * columns * sizeof(float)), MemoryMarshal.AsBytes(destination));
        }

        for (int row = 0; row < destination.Length / columns; row++)
        {
            long at = place.Offset + (RotaryOrder.InterleavedRow(first + row, headDim) * columns * sizeof(float));
            Span<float> target = destination.Slice((int)(row * columns), (int)columns);
            if (file.ReadAt(at, MemoryMarshal.AsBytes(target)).Failed(out FloeError? error, out _))
            {
                return error;
            }
        }

        return unit;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private sealed record Placed(StoredTensor Tensor, long Offset, bool Rotary);

    private enum Kind
    {
        Embedding,
        AttentionNorm,
        MlpNorm,
        FinalNorm,
        Linear,
        RotaryTables,
        Head,
    }

    private static IEnumerable<(Kind Kind, Projection Projection)> Order(Llama2cHeader header)
    {
        IEnumerable<(Kind, Projection)> attention = Linear(Projection.Query, Projection.Key, Projection.Value, Projection.Output);
        IEnumerable<(Kind, Projection)> mlp = Linear(Projection.Gate, Projection.Down, Projection.Up);
        (Kind, Projection)[] head = header.Config.TiedEmbeddings ? [] : [(Kind.Head, default)];
        return header.Version == 0
            ? [(Kind.Embedding, default), (Kind.AttentionNorm, default), .. attention, (Kind.MlpNorm, default), .. mlp,
                (Kind.FinalNorm, default),
                (Kind.RotaryTables, default), .. head]
            : [(Kind.AttentionNorm, default), (Kind.MlpNorm, default), (Kind.FinalNorm, default), (Kind.Embedding, default), .. attention,
                .. mlp, .. head];

        static IEnumerable<(Kind, Projection)> Linear(params Projection[] projections) => projections.Select(p => (Kind.Linear, p));
    }

    // Numbers of a kind for all layers; products of three 31-bit sizes need more than 64 bits.
    private static Int128 Numbers(DecoderConfig config, Kind kind, Projection projection) => kind switch
    {
        Kind.Embedding or Kind.Head => (Int128)config.Vocabulary * config.Hidden,
        Kind.AttentionNorm or Kind.MlpNorm => (Int128)config.Layers * config.Hidden,
        Kind.FinalNorm => config.Hidden,
        Kind.RotaryTables => (Int128)config.MaxPositions * config.HeadDim,
        _ => (Int128)config.Layers * projection.Output(config.Shape) * projection.Input(config.Shape),
    };

    private static Either<FloeError, Unit> CheckLength(RandomFile file, Llama2cHeader header)
    {
        Int128 expected = header.DataStart + (
            sizeof(float) * Order(header).Aggregate((Int128)0, (sum, one) => sum + Numbers(header.Config, one.Kind, one.Projection)));
        return Steps.Check(expected == file.Length, () => new FloeError.BadData(
            file.Path, $"{expected} bytes, those of a llama2.c checkpoint with the sizes that it starts with", $"{file.Length}",
            "Give a model: a folder with config.json, a .gguf file or a llama2.c .bin file; a cut file is to be fetched again."));
    }

    private static List<Placed> Place(Llama2cHeader header)
    {
        DecoderConfig config = header.Config;
        List<Placed> placed = [];
        long at = header.DataStart;
        foreach ((Kind kind, Projection projection) in Order(header))
        {
            long next = at + (sizeof(float) * (long)Numbers(config, kind, projection));
            string[] names = Names(config, kind, projection);
            long[] shape = kind == Kind.Linear ? [projection.Output(config.Shape), projection.Input(config.Shape)]
                : kind is Kind.Embedding or Kind.Head ? [config.Vocabulary, config.Hidden]
                : [config.Hidden];
            bool rotary = kind == Kind.Linear && projection is (Projection.Query or Projection.Key);
            placed.AddRange(names.Select((name, i) => new Placed(
                new StoredTensor(name, "F32", toArray(shape)), at + ((next - at) / names.Length * i), rotary)));
            at = next;
        }

        return placed;
    }

    private static string[] Names(DecoderConfig config, Kind kind, Projection projection) => kind switch
    {
        Kind.Embedding => [DecoderLayout.Embedding],
        Kind.Head => [DecoderLayout.Head],
        Kind.FinalNorm => [DecoderLayout.FinalNorm],
        Kind.RotaryTables => [],
        Kind.AttentionNorm => Each(config, LayerNorms.Of(config).Attention),
        Kind.MlpNorm => Each(config, LayerNorms.Of(config).Mlp),
        _ => Each(config, DecoderLayout.WithinLayer(projection)),
    };

    private static string[] Each(DecoderConfig config, string path) =>
        [.. Enumerable.Range(0, config.Layers).Select(layer => $"{DecoderLayout.LayerPath(layer)}.{path}.weight")];
}
