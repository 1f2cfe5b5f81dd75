namespace Floe.Cli.Shell;

/// <summary>An option whose values are typed as words of their own.</summary>
internal interface IWorded
{
    /// <summary>What is typed for a value; null where it is typed as it prints.</summary>
    string? Typed(object value);
}
