using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats.Families;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// A LoRA as llama.cpp's <c>convert_lora_to_gguf</c> writes it: <c>blk.N.attn_q.weight.lora_a</c> and <c>.lora_b</c>, with the rows of q's
/// and k's B in interleaved rotary order. Its scale is α over the columns of B.
/// </summary>
internal static class GgufAdapter
{
    private const string PartA = ".lora_a";
    private const string PartB = ".lora_b";
    private const string WeightEnding = ".weight";

    public static Either<FloeError, AdapterFolder> Open(string path, DecoderConfig model) =>
        GgufFile.Open(path).Bind(file =>
        {
            Either<FloeError, AdapterFolder> result = Decode(file, model);
            if (result.IsLeft)
            {
                file.Dispose();
            }

            return result;
        });

    private static Either<FloeError, AdapterFolder> Decode(GgufFile file, DecoderConfig model) =>
        from alpha in ReadAlpha(file, model)
        from names in AdapterTensorTable.Of(file.Path, file.Tensors, stored => Spelling(stored, model))
        let tensors = GgufWeights.Of(file, model, names)
        from modules in AdaptedModules.StoredIn(file.Path, model, tensors.Tensors, alpha)
        from plan in AdaptedModules.PlanOf(file.Path, new AdapterKind.Lora(), modules, alpha, dropout: 0, stabilized: false)
        from fits in AdapterLayout.Check(file.Path, plan, model, tensors.Tensors)
        select new AdapterFolder(file.Path, "", plan, tensors);

    private static Either<FloeError, double> ReadAlpha(GgufFile file, DecoderConfig model)
    {
        Settings read = new(file.Path, key => file.Find(key).Match(Some: GgufDecoder.SettingOf, None: () => new Setting.Absent()));
        string type = read.Text("general.type");
        string kind = read.Text("adapter.type");
        string architecture = read.Text("general.architecture");
        read.Require(type == "adapter", "general.type", "adapter", type);
        read.Refuse(kind != "lora", "adapter.type", $"the adapter kind {kind}", "lora");
        string expected = ModelFamilies.FormOf(model).Architecture;
        read.Require(architecture == expected, "general.architecture", $"the base model's, {expected}", architecture);
        double alpha = read.Positive("adapter.lora.alpha");
        return read.Result(() => alpha);
    }

    /// <summary>PEFT's name of an A or a B; any other name stays as it is.</summary>
    private static string Spelling(string stored, DecoderConfig model)
    {
        bool isA = stored.EndsWith(PartA, StringComparison.Ordinal);
        if (!isA && !stored.EndsWith(PartB, StringComparison.Ordinal))
        {
            return stored;
        }

        string weight = GgufNames.ToHuggingFace(stored[..^PartA.Length], model);
        string path = weight.EndsWith(WeightEnding, StringComparison.Ordinal) ? weight[..^WeightEnding.Length] : weight;
        return $"{path}.lora_{(isA ? 'A' : 'B')}{WeightEnding}";
    }
}
