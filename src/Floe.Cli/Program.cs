using Floe.Cli.Shell;

return Host.RunProcess(args);
