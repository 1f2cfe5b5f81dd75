using Floe.Cli.Shell;

namespace Floe.Cli.Options;

/// <summary>An option of the command line, under a name that LanguageExt's Option does not share.</summary>
/// <param name="name">With its dashes.</param>
internal sealed class Setting<T>(string name) : System.CommandLine.Option<T>(name), IWorded
{
    /// <summary>What is typed for a value, where that is a word of its own.</summary>
    public Func<T, string>? Word { get; init; }

    /// <inheritdoc/>
    public string? Typed(object value) => value is T one ? Word?.Invoke(one) : null;
}
