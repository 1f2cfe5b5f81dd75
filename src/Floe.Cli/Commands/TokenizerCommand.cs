using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain.Text;
using Floe.Pretraining.Vocabulary;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe tokenizer train</c>: learns a vocabulary.</summary>
internal static class TokenizerCommand
{
    /// <summary>Builds the group and its command.</summary>
    public static Command Make()
    {
        Command group = new("tokenizer", "Tokenizers: train.");
        group.Subcommands.Add(Train());
        return group;
    }

    private static FloeCommand Train()
    {
        Argument<string[]> files = Inputs.Paths("text", "Files to learn from: samples (.jsonl, .json) or plain text.");
        Setting<int> size = Inputs.Whole("--size", "Tokens of the vocabulary.", 1024, 257, 1 << 20);
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "train",
            "Learns a byte-level BPE vocabulary and writes tokenizer.json.",
            "floe tokenizer train corpus/pretrain.jsonl --size 1024 --out vocabulary",
            [files, size, folder, json],
            call =>
                from tokenizer in VocabularyTraining.Run(call.Get(files), call.Get(size), call.Get(folder))
                select Print(call.Terminal, tokenizer, call.Get(folder), call.Get(json)));
    }

    private static Unit Print(Terminal terminal, Tokenizer tokenizer, string folder, bool json)
    {
        ResultPage.Write(
            terminal,
            new JsonObject { ["vocabulary"] = tokenizer.VocabularySize, ["merges"] = tokenizer.Tables.Merges.Count,
                ["tokenizer"] = Path.Combine(folder, "tokenizer.json") },
            json);
        return unit;
    }
}
