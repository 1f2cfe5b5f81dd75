using System.CommandLine;

namespace Floe.Cli.Commands;

/// <summary>Every command, in the order in which a newcomer meets them.</summary>
internal static class Catalogue
{
    private static readonly (string Name, Func<Command> Make)[] Entries =
    [
        ("quickstart", QuickstartCommand.Make),
        ("run", RunCommand.Make),
        ("experiment", ExperimentCommand.Make),
        ("report", ReportCommand.Make),
        ("compare", CompareCommand.Make),
        ("collect", CollectCommand.Make),
        ("probe", ProbeCommand.Make),
        ("select", SelectCommand.Make),
        ("sweep", SweepCommand.Make),
        ("merge", MergeCommand.Make),
        ("laws", LawsCommand.Make),
        ("tune", TuneCommand.Make),
        ("ranks", RanksCommand.Make),
        ("allocate", AllocateCommand.Make),
        ("adapt", AdaptCommand.Make),
        ("eval", EvalCommand.Make),
        ("corpus", CorpusCommand.Make),
        ("tokenizer", TokenizerCommand.Make),
        ("pretrain", PretrainCommand.Make),
        ("generate", GenerateCommand.Make),
        ("chat", ChatCommand.Make),
        ("pull", PullCommand.Make),
        ("inspect", InspectCommand.Make),
        ("convert", ConvertCommand.Make),
        ("machine", MachineCommand.Make),
    ];

    /// <summary>The root command. Where the line names a command, only that one is built: start-up counts.</summary>
    /// <param name="args">The command line.</param>
    public static RootCommand Root(string[] args)
    {
        RootCommand root = new("Floe: finds the few layers worth adapting, and fine-tunes only those.");
        (string Name, Func<Command> Make)[] named = [.. Entries.Where(e => args.Length > 0 && e.Name == args[0])];
        foreach ((_, Func<Command> make) in named.Length > 0 ? named : Entries)
        {
            root.Subcommands.Add(make());
        }

        return root;
    }
}
