namespace Floe.Domain;

/// <summary>
/// Everything that can go wrong in Floe, as one closed list. A case says where, what was expected, what was found and what to do.
/// </summary>
/// <remarks>
/// Exit codes of the command line: 0 success, 1 a bug, 2 <see cref="Usage"/>, 3 <see cref="BadData"/> and <see cref="Unsupported"/>,
/// 4 <see cref="Io"/>, 5 <see cref="Verification"/>. <see cref="Several"/> exits with the code of its first error.
/// </remarks>
public abstract record FloeError
{
    private FloeError()
    {
    }

    /// <summary>The caller asked for something that cannot be asked for: an option out of range, a contradiction (exit code 2).</summary>
    /// <param name="Where">The option or argument.</param>
    /// <param name="Expected">What would be accepted.</param>
    /// <param name="Found">What was given.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Usage(string Where, string Expected, string Found, string Remedy) : FloeError;

    /// <summary>Data that is damaged, inconsistent or out of its domain (exit code 3).</summary>
    /// <param name="Where">File, row, column, tensor or key.</param>
    /// <param name="Expected">What the format or the method demands.</param>
    /// <param name="Found">What is there.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record BadData(string Where, string Expected, string Found, string Remedy) : FloeError;

    /// <summary>Sound data that needs an architecture, codec or feature which Floe does not have (exit code 3).</summary>
    /// <param name="Where">File or key that asks for it.</param>
    /// <param name="Feature">The feature by its name.</param>
    /// <param name="Supported">What Floe has instead.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Unsupported(string Where, string Feature, string Supported, string Remedy) : FloeError;

    /// <summary>The operating system refused: missing file, full disk, no permission (exit code 4).</summary>
    /// <param name="Where">The path.</param>
    /// <param name="Operation">What was tried.</param>
    /// <param name="Found">What the system said.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Io(string Where, string Operation, string Found, string Remedy) : FloeError;

    /// <summary>A check that was asked for did not hold (exit code 5).</summary>
    /// <param name="Where">The law, fixture or comparison.</param>
    /// <param name="Expected">What should hold.</param>
    /// <param name="Found">The counter-example.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Verification(string Where, string Expected, string Found, string Remedy) : FloeError;

    /// <summary>Several errors of one input, all shown at once.</summary>
    /// <param name="First">The first error; it decides the exit code.</param>
    /// <param name="Rest">The others, in the order they were met.</param>
    public sealed record Several(FloeError First, IReadOnlyList<FloeError> Rest) : FloeError;

    /// <summary>The process exit code that belongs to this error.</summary>
    public int ExitCode => this switch
    {
        Usage => 2,
        BadData or Unsupported => 3,
        Io => 4,
        Verification => 5,
        Several several => several.First.ExitCode,
        _ => 1,
    };

    /// <summary>The message for a person: one line an error.</summary>
    public string Message => this switch
    {
        Usage e => Line(e.Where, $"expected {e.Expected}", e.Found, e.Remedy),
        BadData e => Line(e.Where, $"expected {e.Expected}", e.Found, e.Remedy),
        Unsupported e => $"{e.Where}: {e.Feature} is not supported (supported: {e.Supported}). {Sentence(e.Remedy)}",
        Io e => $"{e.Where}: could not {e.Operation}: {e.Found}. {Sentence(e.Remedy)}",
        Verification e => Line(e.Where, $"expected {e.Expected}", e.Found, e.Remedy),
        Several e => string.Join('\n', new[] { e.First.Message }.Concat(e.Rest.Select(r => r.Message))),
        _ => ToString(),
    };

    private static string Line(string where, string expected, string found, string remedy) =>
        $"{where}: {expected}, found {found}. {Sentence(remedy)}";

    // Every remedy ends as a sentence does.
    private static string Sentence(string remedy) => remedy.EndsWith('.') ? remedy : remedy + ".";
}
