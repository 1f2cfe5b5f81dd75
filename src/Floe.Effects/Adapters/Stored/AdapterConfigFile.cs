using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// Reads <c>adapter_config.json</c>. What changes the adapter's meaning and is not built is refused by its name, never ignored; null and
/// values that say nothing pass. What a kind asks of its configuration stands in the kind's own file.
/// </summary>
internal static class AdapterConfigFile
{
    private const int LongestConfig = 1 << 24;

    /// <summary>What a person does about a wrong value.</summary>
    internal const string Remedy = "Correct the value, or save the adapter again.";

    /// <summary>The file's name in an adapter folder.</summary>
    public const string Name = "adapter_config.json";

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, AdapterConfig> Read(string path) => ReadRoot(path).Bind(root => Decode(path, root));

    /// <summary>Reads the file as JSON, whoever wrote it.</summary>
    internal static Either<FloeError, JsonElement> ReadRoot(string path) => JsonText.ReadObject(path, LongestConfig);

    /// <summary>The configuration that an object says.</summary>
    internal static Either<FloeError, AdapterConfig> Decode(string path, JsonElement root)
    {
        Settings read = new(path, key => Setting.Of(root, key)) { Remedy = Remedy };
        if (MlxAdapter.Wrote(root))
        {
            return new FloeError.Unsupported(
                path, "an adapter in MLX's form without its base model", "PEFT's and HydraLoRA's form",
                "Name the base model (floe inspect FOLDER --model MODEL).");
        }

        string type = read.Text("peft_type");
        return AdapterForms.AllStored.Where(one => (one.Form.Type == type || one.Form.Also == type) && one.Form.Claims(read))
            .Select(one => one.Form.Read(new StoredConfig(path, root, read), one.Kind))
            .HeadOrNone()
            .IfNone(() => read.Result(() => type).Bind<AdapterConfig>(name => new FloeError.Unsupported(
                $"{path}: peft_type", $"the adapter kind {(name.Length <= 60 ? name : name[..60])}", Known, "Use another adapter.")));
    }

    // A peft_type with the kinds that are kept under it.
    private static string Known => string.Join(", ", AdapterForms.AllStored
        .SelectMany(one => new[] { one.Form.Type, one.Form.Also }.Where(type => type is not null), (one, type) => (Type: type, one.Kind))
        .GroupBy(one => one.Type)
        .Select(group => $"{group.Key} ({string.Join(", ", group.Select(one => one.Kind.Title))})"));
}
