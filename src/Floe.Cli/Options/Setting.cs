namespace Floe.Cli.Options;

/// <summary>An option of the command line, under a name that LanguageExt's Option does not share.</summary>
/// <param name="name">With its dashes.</param>
internal sealed class Setting<T>(string name) : System.CommandLine.Option<T>(name);
