using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// A LoRA as mlx-lm writes it: y = W x + scale · (x·lora_a)·lora_b with lora_a [in, r] and lora_b [r, out], so that A and B are the
/// transposed and α is scale · r. Which modules it is on, its tensors say.
/// </summary>
internal static class MlxAdapter
{
    /// <summary>The tensors' file in a folder of MLX.</summary>
    public const string TensorFile = "adapters.safetensors";

    /// <summary>How one becomes PEFT's.</summary>
    public const string Remedy =
        "Convert it to PEFT: lora_A.weight is lora_a transposed, lora_B.weight is lora_b transposed, "
        + "r is the rank and lora_alpha is scale times rank.";

    private const string PartA = ".lora_a";
    private const string PartB = ".lora_b";
    private const string Section = "lora_parameters";

    /// <summary>Whether a configuration is MLX's.</summary>
    /// <param name="root">The configuration.</param>
    public static bool Wrote(JsonElement root) =>
        Setting.Of(root, "peft_type") is Setting.Absent
        && (JsonText.Has(root, Section, out _) || JsonText.Has(root, "fine_tune_type", out _));

    /// <summary>Opens a folder whose configuration is MLX's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">The configuration's path.</param>
    /// <param name="root">The configuration.</param>
    /// <param name="model">The base model.</param>
    public static Either<FloeError, AdapterFolder> Open(string folder, string config, JsonElement root, DecoderConfig model) =>
        from scale in ReadScale(config, root)
        from file in SafetensorsFile.Open(Path.Combine(folder, TensorFile))
        from adapter in Finish(folder, root, scale, model, file)
        select adapter;

    private static Either<FloeError, (int Rank, double Alpha, double Dropout)> ReadScale(string path, JsonElement root)
    {
        Settings read = new(path, key => Setting.Of(root, key)) { Remedy = AdapterConfigFile.Remedy };
        string tuning = read.Text("fine_tune_type", "lora");
        read.Refuse(tuning != "lora", "fine_tune_type", $"MLX's {(tuning.Length <= 60 ? tuning : tuning[..60])}", "lora");
        JsonElement section = JsonText.Has(root, Section, out JsonElement found) ? found : default;
        Settings inner = read.Within(Section, key => Setting.Of(section, key));
        int rank = inner.Whole("rank", 1, int.MaxValue);
        double scale = inner.Positive("scale"), dropout = inner.NonNegative("dropout", 0);
        inner.Require(dropout < 1, "dropout", "less than 1", $"{dropout}");
        inner.Refuse(
            inner["alpha"] is not Setting.Absent && inner.Positive("alpha") != rank,
            "alpha", "an alpha other than the rank, which MLX counted until 2024 and ignores since", "scale alone",
            "Say the whole factor by scale, and remove alpha.");
        return read.Result(() => (rank, scale * rank, dropout));
    }

    private static Either<FloeError, AdapterFolder> Finish(
        string folder, JsonElement root, (int Rank, double Alpha, double Dropout) scale, DecoderConfig model, SafetensorsFile file)
    {
        Either<FloeError, AdapterFolder> result =
            from names in AdapterTensorTable.Of(file.Path, file.Tensors, Spelling)
            let tensors = new MappedWeights(new TransposedWeights(file), names)
            from modules in AdaptedModules.StoredIn(file.Path, model, tensors.Tensors, scale.Alpha)
            let ranked = modules.Select(module => module with { Rank = scale.Rank }).ToList()
            from plan in AdaptedModules.PlanOf(file.Path, new AdapterKind.Lora(), ranked, scale.Alpha, scale.Dropout, stabilized: false)
            from fits in AdapterLayout.Check(file.Path, plan, model, tensors.Tensors)
            select new AdapterFolder(folder, Setting.Of(root, "model") is Setting.Text name ? name.Value : "", plan, tensors);
        if (result.IsLeft)
        {
            file.Dispose();
        }

        return result;
    }

    /// <summary>PEFT's name of an A or a B; any other name stays as it is.</summary>
    private static string Spelling(string stored) =>
        stored.EndsWith(PartA, StringComparison.Ordinal) ? $"{stored[..^PartA.Length]}.lora_A.weight"
        : stored.EndsWith(PartB, StringComparison.Ordinal) ? $"{stored[..^PartB.Length]}.lora_B.weight"
        : stored;
}
