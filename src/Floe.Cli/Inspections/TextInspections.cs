using System.Text;
using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Data;
using Floe.Effects.Formats.Tokenizers;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>Tokenizers, data sets and journals.</summary>
internal static class TextInspections
{
    private const int Shown = 3;

    /// <summary>A tokenizer.</summary>
    public static Either<FloeError, JsonObject> Tokenizer(string path) => TokenizerFile.Open(path).Map(loaded => new JsonObject
    {
        ["kind"] = "tokenizer (BPE)",
        ["tokens"] = loaded.Tokenizer.VocabularySize,
        ["merges"] = loaded.Tokenizer.Tables.Merges.Count,
        ["start_of_text"] = Token(loaded.Tokenizer, loaded.Tokenizer.Special.Bos),
        ["end_of_text"] = Token(loaded.Tokenizer, loaded.Tokenizer.Special.Eos),
        ["padding"] = Token(loaded.Tokenizer, loaded.Tokenizer.Special.Pad),
        ["sha256"] = loaded.Sha256,
    });

    /// <summary>Training data.</summary>
    public static Either<FloeError, JsonObject> Data(string path) => DataFile.Read(path).Map(Page);

    private static JsonObject Page(DataSet data) => new()
    {
        ["kind"] = "data",
        ["samples"] = data.Samples.Count,
        ["sha256"] = data.Sha256,
        ["first"] = JsonOutput.Array(data.Samples.AsEnumerable().Take(Shown).Select(s => new JsonObject { ["prompt"] = Short(s.Prompt), ["completion"] = Short(s.Completion) })),
        ["unread"] = JsonOutput.Array(data.Notes.AsEnumerable().Select(note => (JsonNode?)JsonValue.Create(note))),
    };

    /// <summary>Samples or a plain text, whichever the file is.</summary>
    public static Either<FloeError, JsonObject> Text(string path) => TextInput.Read(path).Map(input => input switch
    {
        TextInput.Samples samples => Page(samples.Data),
        TextInput.Plain plain => new JsonObject { ["kind"] = "plain text", ["characters"] = plain.Content.Length, ["first"] = Short(plain.Content) },
        _ => [],
    });

    /// <summary>A journal such as run.jsonl; data in JSON lines where no line has a step.</summary>
    public static Either<FloeError, JsonObject> Lines(string path) => Journal.Read(path).Match(
        Right: journal => journal.Lines.Count > 0 && IsJournal(path, journal.Lines[0])
            ? new JsonObject
            {
                ["kind"] = "journal",
                ["entries"] = journal.Lines.Count,
                ["torn"] = journal.Warning.IsSome,
                ["first"] = JsonNode.Parse(journal.Lines[0]),
                ["last"] = JsonNode.Parse(journal.Lines[^1]),
            }
            : Data(path),
        Left: _ => Data(path));

    private static bool IsJournal(string path, string line) => JsonText.ParseLine(path, Encoding.UTF8.GetBytes(line))
        .Exists(entry => JsonText.Has(entry, "step", out _) || JsonText.Has(entry, "trial", out _));

    private static JsonNode? Token(Tokenizer tokenizer, Option<int> id) =>
        id.Bind(i => tokenizer.TokenOf(i).Map(t => $"{t} ({i})")).MatchUnsafe<JsonNode?>(Some: text => JsonValue.Create(text), None: () => null);

    private static string Short(string text) => text.Length <= 60 ? text.ReplaceLineEndings(" ") : text[..60].ReplaceLineEndings(" ") + "…";
}
