using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>The matrices of a source, each transposed: [columns, rows]. Tensors of other dimensions stay as they are.</summary>
/// <param name="source">The source; disposed with this.</param>
internal sealed class TransposedWeights(IWeightSource source) : IWeightSource
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = source.Tensors.ToDictionary(
        t => t.Key,
        t => t.Value.Shape.Count == 2 ? t.Value with { Shape = toArray(t.Value.Shape.Reverse()) } : t.Value,
        StringComparer.Ordinal);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        float[] stored = new float[destination.Length];
        if (source.ReadFloat32(name, stored).Failed(out FloeError? error, out _))
        {
            return error;
        }

        Arr<long> shape = Tensors[name].Shape;
        int rows = shape.Count == 2 ? (int)shape[0] : 1, columns = stored.Length / Math.Max(rows, 1);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                destination[(row * columns) + column] = stored[(column * rows) + row];
            }
        }

        return unit;
    }

    /// <summary>Closes the source.</summary>
    public void Dispose() => source.Dispose();
}
