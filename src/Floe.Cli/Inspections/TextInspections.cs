using System.Text;
using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Files;
using Floe.Effects.Formats;
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

    /// <summary>Training data; with a model, a sample as that model reads it.</summary>
    public static Either<FloeError, JsonObject> Data(string path, Option<string> model) =>
        DataFile.Read(path).Bind(data => Page(data, model));

    private static Either<FloeError, JsonObject> Page(DataSet data, Option<string> model) => model.Match(
        None: () => Page(data),
        Some: given =>
            from tokenizer in TokenizerFile.Open(given)
            from ids in SampleTokenization.All(tokenizer.Tokenizer, data.Samples.ToArray(), int.MaxValue, row => data.Places[row])
            select Read(Page(data), data, tokenizer, ids));

    private static JsonObject Read(JsonObject page, DataSet data, LoadedTokenizer tokenizer, TokenizedData ids)
    {
        TokenizedSample first = ids.Samples[0];
        page["tokens"] = ids.Samples.Sum(sample => (long)sample.Ids.Count);
        page["learnt"] = ids.Samples.Sum(sample => (long)sample.Supervised.Count(on => on));
        page["longest"] = ids.Samples.Max(sample => sample.Ids.Count);
        page["notes"] = JsonOutput.Array((tokenizer.Notes + ids.Notes).AsEnumerable().Select(note => (JsonNode?)JsonValue.Create(note)));
        page["sample"] = data.Places[ids.Rows[0]];
        page["ids"] = string.Join(' ', first.Ids.AsEnumerable());
        page["text"] = Marked(tokenizer.Tokenizer, first);
        return page;
    }

    /// <summary>A sample's text with what is learnt between marks, special tokens spelled.</summary>
    private static string Marked(Tokenizer tokenizer, TokenizedSample sample)
    {
        StringBuilder text = new();
        int[] ids = [.. sample.Ids];
        bool[] learnt = [.. sample.Supervised];
        for (int at = 0; at < ids.Length;)
        {
            int end = at;
            while (end < ids.Length && learnt[end] == learnt[at])
            {
                end++;
            }

            text.Append(learnt[at] ? $"[[{tokenizer.Decode(ids[at..end])}]]" : tokenizer.Decode(ids[at..end]));
            at = end;
        }

        return text.ToString();
    }

    private static JsonObject Page(DataSet data) => new()
    {
        ["kind"] = "data",
        ["samples"] = data.Samples.Count,
        ["forms"] = JsonOutput.Array(data.Forms.AsEnumerable().Select(form => (JsonNode?)JsonValue.Create(form))),
        ["sha256"] = data.Sha256,
        ["first"] = JsonOutput.Array(
            data.Samples.AsEnumerable()
                .Take(Shown)
                .Select(s => new JsonObject { ["prompt"] = Short(s.Prompt), ["completion"] = Short(s.Completion) })),
        ["unread"] = JsonOutput.Array(data.Notes.AsEnumerable().Select(note => (JsonNode?)JsonValue.Create(note))),
    };

    /// <summary>Samples or a plain text, whichever the file is.</summary>
    public static Either<FloeError, JsonObject> Text(string path, Option<string> model) => TextInput.Read(path).Bind(input => input switch
    {
        TextInput.Samples samples => Page(samples.Data, model),
        TextInput.Plain plain =>
            new JsonObject { ["kind"] = "plain text", ["characters"] = plain.Content.Length, ["first"] = Short(plain.Content) },
        _ => new JsonObject(),
    });

    /// <summary>A journal such as run.jsonl; data in JSON lines where no line has a step.</summary>
    public static Either<FloeError, JsonObject> Lines(string path, Option<string> model) => Journal.Read(path).Match(
        Right: journal => journal.Lines.Count > 0 && IsJournal(path, journal.Lines[0])
            ? new JsonObject
            {
                ["kind"] = "journal",
                ["entries"] = journal.Lines.Count,
                ["torn"] = journal.Warning.IsSome,
                ["first"] = JsonNode.Parse(journal.Lines[0]),
                ["last"] = JsonNode.Parse(journal.Lines[^1]),
            }
            : Data(path, model),
        Left: _ => Data(path, model));

    private static bool IsJournal(string path, string line) => JsonText.ParseLine(path, Encoding.UTF8.GetBytes(line))
        .Exists(entry => JsonText.Has(entry, "step", out _) || JsonText.Has(entry, "trial", out _));

    private static JsonNode? Token(Tokenizer tokenizer, Option<int> id) =>
        id.Bind(i => tokenizer.TokenOf(i).Map(t => $"{t} ({i})"))
            .MatchUnsafe<JsonNode?>(Some: text => JsonValue.Create(text), None: () => null);

    private static string Short(string text) => text.Length <= 60 ? text.ReplaceLineEndings(" ") : text[..60].ReplaceLineEndings(" ") + "…";
}
