using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe convert</c>: a model as a Hugging Face folder.</summary>
internal static class ConvertCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> model = Inputs.Path("model", "Model: a GGUF file, a llama2.c .bin file or a Hugging Face folder.");
        Setting<string> folder = Common.Out("converted");
        Setting<string> type = Inputs.Choice("--dtype", "Type of the written weights", WeightTypes.Words[0], [.. WeightTypes.Words]);
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "convert",
            "Writes a model as a Hugging Face folder: config.json, model.safetensors and its tokenizer.",
            "floe convert data/default --dtype bfloat16 --out converted",
            [model, folder, type, json],
            call =>
                from config in CheckpointConversion.Run(
                    call.Get(model), call.Get(folder), WeightTypes.Of(call.Get(type)) == WeightType.BFloat16
                        ? ElementType.BF16
                        : ElementType.F32, call.Terminal.Warn)
                select Print(call, config, call.Get(folder), call.Get(type), call.Get(json)));
    }

    private static LanguageExt.Unit Print(Invocation call, DecoderConfig config, string folder, string type, bool json)
    {
        ResultPage.Write(
            call.Terminal,
            new JsonObject
            {
                ["folder"] = folder,
                ["architecture"] = config.Architecture,
                ["layers"] = config.Layers,
                ["dtype"] = type,
                ["weights"] = DecoderLayout.TensorsOf(config).Sum(t => t.Shape.Fold(1L, (product, size) => product * size)),
            },
            json);
        return unit;
    }
}
