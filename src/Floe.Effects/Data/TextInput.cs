using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Data;

/// <summary>A text that may be samples or plain, as <see cref="TextKinds"/> decides.</summary>
internal abstract record TextInput
{
    private const int LargestFile = 1 << 30;

    private TextInput()
    {
    }

    /// <summary>Samples.</summary>
    /// <param name="Data">The data set.</param>
    public sealed record Samples(DataSet Data) : TextInput;

    /// <summary>One plain text.</summary>
    /// <param name="Path">Where it came from.</param>
    /// <param name="Content">The text.</param>
    public sealed record Plain(string Path, string Content) : TextInput;

    /// <summary>Reads a file, a pipe, or standard input where the path is <c>-</c>.</summary>
    /// <param name="path">The file; text is in UTF-8, or in UTF-16 behind a byte order mark.</param>
    /// <returns>Its samples or its text; <see cref="FloeError.Io"/>, or <see cref="FloeError.BadData"/> that says what is there
    /// instead.</returns>
    public static Either<FloeError, TextInput> Read(string path) =>
        TextKinds.IsParquet(path) ? DataFile.Table(path).Map(data => (TextInput)new Samples(data))
        : from bytes in InputFile.ReadAll(path, LargestFile)
          let name = InputFile.NameOf(path)
          let wanted = TextKinds.EndsIn(path, TextKinds.Samples) ? FileForm.Samples : FileForm.Text
          from real in ForeignFile.NotAPointer(name, bytes, wanted)
          from read in Judged(path, name, bytes, wanted, Of(path, name, bytes))
          select read;

    /// <summary>The samples of an input that must be one.</summary>
    /// <param name="path">The file, pipe or <c>-</c>.</param>
    internal static Either<FloeError, DataSet> SamplesOf(string path) =>
        TextKinds.IsParquet(path) ? DataFile.Table(path)
        : from bytes in InputFile.ReadAll(path, LargestFile)
          let name = InputFile.NameOf(path)
          from data in Judged(path, name, bytes, FileForm.Samples, Of(path, name, bytes).Bind(read => read switch
          {
              Samples samples => Prelude.Right<FloeError, DataSet>(samples.Data),
              _ =>
                  new FloeError.BadData(
                      name, FileForm.Samples.Words(), "plain text", "Write it as {\"text\": \"...\"} on one line, in a .jsonl file."),
          }))
          select data;

    // What a file is instead of what its ending says; a table of text is one, whatever is wrong in it.
    private static Either<FloeError, T> Judged<T>(string path, string name, byte[] bytes, FileForm wanted, Either<FloeError, T> read) =>
        TextKinds.EndsIn(path, TextKinds.Tables) ? read : ForeignFile.Named(name, bytes, wanted, read);

    private static Either<FloeError, TextInput> Of(string path, string name, byte[] bytes) =>
        from text in TextFile.Decode(name, bytes)
        from samples in TextKinds.AreSamples(path, text)
        from read in samples
            ? DataFile.Parse(name, bytes, text).Map(data => (TextInput)new Samples(data))
            : new Plain(name, text)
        select read;
}
