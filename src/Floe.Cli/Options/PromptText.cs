using Floe.Domain;
using Floe.Effects.Formats.Data;
using LanguageExt;

namespace Floe.Cli.Options;

/// <summary>A text that is typed or lies in a file.</summary>
internal static class PromptText
{
    /// <summary>The text. Errors: both or neither; the file's.</summary>
    public static Either<FloeError, string> Of(string? typed, string? file) => (typed, file) switch
    {
        (not null, null) => typed,
        (null, not null) => TextInput.Read(file).Bind(input => input is TextInput.Plain plain
            ? Prelude.Right<FloeError, string>(plain.Content)
            : new FloeError.BadData(file, "one plain text", "samples", "Give the text of the prompt alone, or type it after --prompt.")),
        _ => new FloeError.Usage("--prompt, --text", "one of them", typed is null ? "none" : "both", "Give the prompt once."),
    };
}
