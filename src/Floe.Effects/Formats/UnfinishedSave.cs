using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>Tensors without values, as DeepSpeed's ZeRO stage 3 leaves them where the parts of a weight were not gathered before the
/// save.</summary>
internal static class UnfinishedSave
{
    /// <summary>Unit, or one error for all tensors that have no value at all.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="tensors">Its tensors.</param>
    public static Either<FloeError, Unit> Check(string path, IEnumerable<StoredTensor> tensors)
    {
        StoredTensor[] all = [.. tensors];
        StoredTensor[] empty = [.. all.Where(tensor => tensor.Elements == 0)];
        return empty.Length == 0
            ? unit
            : new FloeError.BadData(
                path,
                "tensors with values",
                $"an unfinished save: {empty.Length} of {all.Length} tensors are empty, such as {empty[0].Name} of shape "
                    + $"[{string.Join(", ", empty[0].Shape)}]",
                "Save again with the weights gathered (DeepSpeed: stage3_gather_16bit_weights_on_model_save, or zero_to_fp32.py on the "
                    + "checkpoint).");
    }
}
