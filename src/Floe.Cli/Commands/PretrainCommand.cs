using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Models;
using Floe.Pretraining.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe pretrain</c>: trains a small decoder from nothing.</summary>
internal static class PretrainCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Setting<string> data = Inputs.Required("--data", "FILE", "Text to learn from: samples (.jsonl, .json) or plain text.");
        Setting<string> heldOut = Inputs.Required("--held-out", "FILE", "Text to be judged by.");
        Setting<string> tokenizer = Inputs.Required("--tokenizer", "PATH", "Tokenizer, as floe tokenizer train writes it.");
        PretrainingInputs inputs = new();
        Setting<string> device = Common.Device();
        Setting<int> every = Inputs.Whole("--checkpoint-every", "Steps between checkpoints.", 50, 1);
        Setting<string> folder = Common.Out("pretrained");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "pretrain",
            "Trains a small decoder from nothing and writes it as a Hugging Face folder. Stopped, the same command goes on.",
            "floe pretrain --data corpus/pretrain.jsonl --held-out corpus/pretrain-heldout.jsonl --tokenizer data/default --out pretrained",
            [data, heldOut, tokenizer, .. inputs.All, device, every, folder, json],
            call =>
            {
                using ProgressLine progress = new(call.Terminal);
                return
                    from options in inputs.Training(call).Checked()
                    from ready in OpenedModel.Ready(call.Get(device), call.Terminal.Warn)
                    let plan = new PretrainingPlan(
                        call.Get(data), call.Get(heldOut), call.Get(tokenizer), inputs.Shape(call), options, call.Get(device),
                            call.Get(every), call.Get(folder))
                    from result in PretrainingStage.Run(plan, progress.Report, call.Terminal.Warn, call.Terminal.Stop)
                    select Print(call.Terminal, result, plan, call.Get(json));
            })
        {
            StopsItself = true,
        };
    }

    private static Unit Print(Terminal terminal, LanguageExt.Option<PretrainingResult> result, PretrainingPlan plan, bool json)
    {
        result.Match(
            Some: done => ResultPage.Write(terminal, Page(done, plan.Folder), json),
            None: () => terminal.Say($"Stopped. The state is saved in {plan.Folder}; the same command goes on."));
        return unit;
    }

    private static JsonObject Page(PretrainingResult result, string folder) => new()
    {
        ["parameters"] = result.Parameters,
        ["steps"] = result.Steps,
        ["tokens"] = result.Tokens,
        ["held_out_loss"] = result.HeldOutLoss,
        ["held_out_unigram_entropy"] = result.Unigram,
        ["held_out_bigram_entropy"] = result.Bigram,
        ["model"] = folder,
    };
}
