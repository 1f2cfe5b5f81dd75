using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Cli.Options;

/// <summary>Prompts that are typed or lie in a file.</summary>
internal static class PromptText
{
    /// <summary>
    /// The prompts of a file and their places: of samples each one's prompt, of a plain text each line that is not empty. Errors: the
    /// file's; no prompt.
    /// </summary>
    public static Either<FloeError, IReadOnlyList<(string At, TextSample Sample)>> Each(string file) =>
        from input in TextInput.Read(file)
        let prompts = input switch
        {
            TextInput.Samples samples => samples.Data.Places.Zip(samples.Data.Samples),
            TextInput.Plain plain => TextFile.LinesOf(plain.Content)
                .Select((line, at) => ($"{plain.Path}, line {at + 1}", new TextSample(line, "")))
                .Where(line => line.Item2.Prompt.Length > 0),
            _ => [],
        }
        from some in Steps.Check(prompts.Any(), () =>
            new FloeError.BadData(file, "a prompt on each line", "an empty file", "Check that this is the right file."))
        select (IReadOnlyList<(string, TextSample)>)[.. prompts];

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
