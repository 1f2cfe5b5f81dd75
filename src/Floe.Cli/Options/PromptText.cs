using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Cli.Options;

/// <summary>A text that is typed or lies in a file.</summary>
internal static class PromptText
{
    private const int LargestFile = 1 << 24;

    /// <summary>The text. Errors: both or neither; the file's.</summary>
    public static Either<FloeError, string> Of(string? typed, string? file) => (typed, file) switch
    {
        (not null, null) => typed,
        (null, not null) => TextFile.Read(file, LargestFile),
        _ => new FloeError.Usage("--prompt, --text", "one of them", typed is null ? "none" : "both", "Give the prompt once."),
    };
}
