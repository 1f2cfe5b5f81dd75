using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>Tensors of a source under other names.</summary>
/// <param name="source">The source; disposed with this.</param>
/// <param name="stored">The source's name of each name.</param>
internal sealed class MappedWeights(IWeightSource source, IReadOnlyDictionary<string, string> stored) : IWeightSource
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } =
        stored.ToDictionary(n => n.Key, n => source.Tensors[n.Value] with { Name = n.Key }, StringComparer.Ordinal);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
        stored.TryGetValue(name, out string? inSource)
            ? source.ReadFloat32(inSource, destination)
            : new FloeError.BadData(name, "the name of a tensor", "none of that name", "Check that this is the right file.");

    /// <summary>Closes the source.</summary>
    public void Dispose() => source.Dispose();
}
