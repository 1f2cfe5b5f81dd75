using Floe.Cli.Commands;
using Floe.Cli.Shell;

Signals.Leave(Host.RunProcess(args, Catalogue.Root));
