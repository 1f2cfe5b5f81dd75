using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>The tensors of one adapter file under their full names: the way in for folders and for GGUF.</summary>
internal static class AdapterTensorTable
{
    private const int Shown = 12;

    /// <summary>
    /// Full name to stored name. Errors: tensors of another kind, of several adapters, or of an unfinished save, each said once.
    /// </summary>
    /// <param name="at">The file.</param>
    /// <param name="tensors">Its tensors by stored name.</param>
    /// <param name="spelling">A stored name in PEFT's spelling.</param>
    public static Either<FloeError, IReadOnlyDictionary<string, string>> Of(
        string at, IReadOnlyDictionary<string, StoredTensor> tensors, Func<string, string> spelling)
    {
        var all = tensors.Keys.Select(stored => (Stored: stored, Spelled: spelling(stored)))
            .Select(t => (t.Stored, t.Spelled, Full: AdapterNames.FullForm(t.Spelled))).ToList();
        return from whole in Whole(at, tensors.Values)
               from known in Steps.AllOf(ForeignTensors.Refusals(at, all.Where(t => t.Full.IsNone).Select(t => (t.Stored, t.Spelled))))
               let full = all.Select(t => (t.Stored, Full: t.Full.IfNone(("", "")))).ToList()
               from one in OneAdapter(at, [.. full.Select(t => t.Full.Adapter).Distinct().Order(StringComparer.Ordinal)])
               from distinct in Steps.Check(
                   full.DistinctBy(t => t.Full.Name, StringComparer.Ordinal).Count() == full.Count,
                   () => new FloeError.BadData(at, "each tensor once", "two spellings of one name", "Keep one of them."))
               select (IReadOnlyDictionary<string, string>)full.ToDictionary(t => t.Full.Name, t => t.Stored, StringComparer.Ordinal);
    }

    /// <summary>A process that holds only its share of each weight (DeepSpeed's ZeRO-3, FSDP) saves tensors without elements.</summary>
    private static Either<FloeError, Unit> Whole(string at, IEnumerable<StoredTensor> tensors)
    {
        // AdaLoRA stores matrices of rank 0; a share of a weight has lost its other sizes too.
        StoredTensor[] all = [.. tensors], empty = [.. all.Where(t => t.Elements == 0 && t.Shape.Count < 2)];
        return empty.Length == 0 ? unit : new FloeError.BadData(
            at, "tensors with elements",
            $"{empty.Length} of {all.Length} tensors without any (shape [{string.Join(", ", empty[0].Shape.Take(8))}]): "
                + "an incomplete save, as of weights that were split over processes",
            "Save the adapter again from the gathered weights "
                + "(DeepSpeed ZeRO-3: stage3_gather_16bit_weights_on_model_save, or zero_to_fp32.py on the checkpoint).");
    }

    private static Either<FloeError, Unit> OneAdapter(string at, IReadOnlyList<string> names) =>
        names.Count < 2 ? unit : new FloeError.BadData(
        at, "the tensors of one adapter", $"{names.Count} adapters: {string.Join(", ", names.Take(Shown).Select(Words))}",
        "Save each in a folder of its own (save_pretrained with selected_adapters).");

    private static string Words(string adapter) =>
        adapter.Length == 0 ? "one without a name" : adapter.Length <= 60 ? adapter : adapter[..60];
}
