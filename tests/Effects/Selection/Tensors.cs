using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Tests.Effects.Selection;

/// <summary>Reads unit columns that fixtures store as two tensors, [layers, heads] and [layers, neurons].</summary>
internal static class Tensors
{
    public static Either<FloeError, double[]> Column(SafetensorsFile file, ModelShape shape, string name) =>
        from heads in file.Doubles(name + "_head")
        from neurons in file.Doubles(name + "_neuron")
        select Interleave(shape, heads, neurons);

    /// <summary>Heads and neurons of every layer in table order.</summary>
    public static T[] Interleave<T>(ModelShape shape, T[] heads, T[] neurons)
    {
        T[] column = new T[shape.Units];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            heads.AsSpan(layer * shape.Heads, shape.Heads).CopyTo(column.AsSpan(layer * shape.UnitsPerLayer));
            neurons.AsSpan(layer * shape.Neurons, shape.Neurons).CopyTo(column.AsSpan((layer * shape.UnitsPerLayer) + shape.Heads));
        }

        return column;
    }
}
