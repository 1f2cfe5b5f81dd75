using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>
/// A checkpoint whose embedding and head were padded to a round number of rows: only the rows of the vocabulary are shown and read.
/// </summary>
internal sealed class PaddedRows : IWeightSource
{
    // Paddings in use go to multiples of 64 to 1,024.
    private const long MostRows = 1024;
    private readonly IWeightSource source;
    private readonly Dictionary<string, StoredTensor> cut;

    private PaddedRows(IWeightSource source, Dictionary<string, StoredTensor> cut)
    {
        (this.source, this.cut) = (source, cut);
        Tensors = source.Tensors.ToDictionary(t => t.Key, t => cut.GetValueOrDefault(t.Key, t.Value), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The source as it is where nothing is padded. More rows than padding explains are left for the comparison with the
    /// configuration.</summary>
    /// <param name="source">The weights; disposed with the result.</param>
    /// <param name="config">What the configuration says.</param>
    public static IWeightSource Without(IWeightSource source, DecoderConfig config)
    {
        Dictionary<string, StoredTensor> cut = new(StringComparer.Ordinal);
        foreach (string name in new[] { DecoderLayout.Embedding, DecoderLayout.Head })
        {
            if (source.Tensors.TryGetValue(name, out StoredTensor? stored) && stored.Shape.Count == 2
                && stored.Shape[0] - config.Vocabulary is > 0 and <= MostRows && stored.Shape[0] < 2L * config.Vocabulary)
            {
                cut[name] = stored with { Shape = new Arr<long>([config.Vocabulary, stored.Shape[1]]) };
            }
        }

        return cut.Count == 0 ? source : new PaddedRows(source, cut);
    }

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) => !cut.TryGetValue(name, out StoredTensor? shown)
        ? source.ReadFloat32(name, destination)
        : destination.Length == shown.Elements
            ? source.ReadRows(name, 0, destination)
            : new FloeError.BadData(name, $"room for {shown.Elements} values", $"{destination.Length}", "Allocate by the tensor's shape.");

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination) => source.ReadRows(name, first, destination);

    /// <summary>Closes the source.</summary>
    public void Dispose() => source.Dispose();
}
