using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Hub;

namespace Floe.Cli.Options;

/// <summary>The options that commands have in common, under one name and with one meaning. Each call makes its own, as the parser
/// wants.</summary>
internal static class Common
{
    /// <summary><c>--model</c>: the checkpoint.</summary>
    public static Setting<string> Model() => Cached(Inputs.Required(
        "--model", "PATH", "Model: a Hugging Face folder, a GGUF file, a llama2.c .bin file, or org/name that was pulled."));

    // A name of the hub is the folder of the cache that floe pull, or the hub's own tool, made.
    private static Setting<string> Cached(Setting<string> option)
    {
        option.CustomParser = result => HubCache.PathOf(result.Tokens[^1].Value);
        return option;
    }

    /// <summary><c>--adapter</c>: an adapter folder.</summary>
    public static Setting<string?> Adapter() => Inputs.Text("--adapter", "FOLDER", "Adapter folder as PEFT or HydraLoRA writes it.");

    /// <summary><c>--data</c>: instruction data.</summary>
    public static Setting<string?> Data() =>
        Inputs.Text(
            "--data", "FILE", "Samples: JSONL, JSON, CSV or Parquet with prompt/completion, Alpaca, messages, text; - is standard input.");

    /// <summary><c>--text</c>: plain text.</summary>
    public static Setting<string?> Text() =>
        Inputs.Text("--text", "FILE", "One plain text (UTF-8), or samples laid end to end; - is standard input.");

    /// <summary><c>--length</c>: where samples are cut.</summary>
    public static Setting<int?> Length() => Inputs.OptionalWhole(
        "--length", $"Most tokens of a sample; longer ones are cut. {Presets.Floe.Training.MaxLength} without it, or the model's context "
            + $"where that is less.", 2);

    /// <summary><c>--layers</c>: which decoder layers.</summary>
    public static Setting<string?> Layers() =>
        Inputs.Text(
            "--layers", "LIST", "Decoder layers: all, a list such as 0,4,9-12, or a layers.parquet whose selected layers are meant.");

    /// <summary><c>--out</c>: where results go.</summary>
    public static Setting<string> Out(string fallback) =>
        new Setting<string>("--out") { Description = "Folder for the results; made when missing.", HelpName = "FOLDER",
            DefaultValueFactory = _ =>
            fallback }.OfPlaces();

    /// <summary><c>--seed</c>: start of every random choice.</summary>
    public static Setting<int> Seed() => Inputs.Whole("--seed", "Seed of every random choice.", 42, 0);

    /// <summary><c>--device</c>: where tensors live.</summary>
    public static Setting<string> Device() => Inputs.Choice("--device", "Where tensors live", "cpu", "cpu", "cuda");

    /// <summary><c>--dtype</c>: type of frozen weights.</summary>
    public static Setting<string> Weights() =>
        Inputs.Choice("--dtype", "Type of the frozen weights and of their products", WeightTypes.Words[0], [.. WeightTypes.Words]);

    /// <summary><c>--json</c>: results for programs.</summary>
    public static Setting<bool> Json() => Inputs.Switch("--json", "Print the result as JSON.");
}
