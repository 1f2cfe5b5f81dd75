using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>A tensor on disk.</summary>
/// <param name="Name">Hugging Face name, such as <c>model.layers.0.mlp.gate_proj.weight</c>.</param>
/// <param name="StoredType">The type it is stored in, as its format calls it (<c>BF16</c>, <c>Q4_1</c>).</param>
/// <param name="Shape">Row-major shape; a linear layer is [out, in].</param>
internal sealed record StoredTensor(string Name, string StoredType, Arr<long> Shape)
{
    /// <summary>Elements of one row: of all that the first number of the shape does not count.</summary>
    internal long Columns => Shape.Skip(1).Fold(1L, (product, size) => checked(product * size));

    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Fold(1L, (product, size) => checked(product * size));

    /// <summary>What is wrong with a place for all of its values; null where it is as long as they are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Length of the place.</param>
    internal FloeError? Misfit(string path, int length) => length == Elements
        ? null
        : new FloeError.BadData(
            $"{path}: tensor {Name}", $"room for {Elements} values", $"{length}", "Allocate by the tensor's shape.");
}

/// <summary>
/// Named tensors of a checkpoint, read one at a time. Names and layouts are those of Hugging Face whatever the file: a GGUF source answers
/// with Hugging Face names and with the rows of q and k already in the half-split rotary order.
/// </summary>
internal interface IWeightSource : IDisposable
{
    /// <summary>All tensors by name; sizes have been checked against the file.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Reads one tensor, converted to float32, row-major.</summary>
    /// <param name="name">A key of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly <see cref="StoredTensor.Elements"/> long.</param>
    /// <returns>Unit, or the I/O or data error; nothing is thrown.</returns>
    Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination);

    /// <summary>Reads some rows of a tensor, so that what is wanted of it may lie anywhere and in any type.</summary>
    /// <param name="name">A key of <see cref="Tensors"/>.</param>
    /// <param name="first">The first row; a row is what the first number of the shape counts.</param>
    /// <param name="destination">As long as a number of whole rows that the tensor has from there on.</param>
    /// <returns>Unit, or the I/O or data error.</returns>
    Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination)
    {
        StoredTensor tensor = Tensors[name];
        float[] whole = new float[tensor.Elements];
        if (ReadFloat32(name, whole).Failed(out FloeError? error, out _))
        {
            return error;
        }

        whole.AsSpan((int)(first * tensor.Columns), destination.Length).CopyTo(destination);
        return Prelude.unit;
    }
}

/// <summary>An opened checkpoint: what the model is, and its weights.</summary>
/// <param name="Path">Folder or file it was opened from.</param>
/// <param name="Config">The decoder's description.</param>
/// <param name="Weights">Its tensors; disposed with the checkpoint.</param>
internal sealed record Checkpoint(string Path, DecoderConfig Config, IWeightSource Weights) : IDisposable
{
    /// <summary>Closes the files behind <see cref="Weights"/>.</summary>
    public void Dispose() => Weights.Dispose();
}
