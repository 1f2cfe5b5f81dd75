using Floe.Cli.Shell;

Signals.Leave(Host.RunProcess(args));
