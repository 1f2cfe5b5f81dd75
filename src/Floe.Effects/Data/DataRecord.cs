using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>The sample of a record, its form, and the keys of it that only keep books.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Form">What the record is.</param>
/// <param name="Unread">What of it is not read, in words: keys, and what follows the last message that is learnt.</param>
internal sealed record RecordSample(TextSample Sample, RecordForm Form, IReadOnlyList<string> Unread);

/// <summary>
/// One record of a data file. Its keys say what it is (<see cref="RecordForm"/>): <c>messages</c> or ShareGPT's <c>conversations</c> (<see
/// cref="Conversation"/>); <c>prompt</c> with <c>completion</c> (or <c>answer</c>, <c>response</c>); <c>question</c> with <c>answer</c>
/// (GSM8K); <c>instruction</c> with <c>output</c> (or <c>response</c>, <c>text</c>) and perhaps <c>input</c> (or <c>context</c>) (Alpaca,
/// Dolly); <c>inputs</c> with <c>targets</c> (FLAN); <c>text</c>, of which everything is learnt. Every key is read, or known to keep books
/// only, or refused: no part of a sample is left out without a word.
/// </summary>
internal static class DataRecord
{
    private const int ShownKeys = 8;

    private static readonly string[] After = ["what follows the last learnt message"];

    /// <summary>The sample of a record.</summary>
    /// <param name="at">File and line, for the error.</param>
    /// <param name="value">The record.</param>
    public static Either<FloeError, RecordSample> Read(string at, JsonElement value) =>
        from record in JsonText.Expect(at, value, JsonValueKind.Object)
        from form in FormOf(at, record)
        from parts in form.Parts.AsEnumerable().Each(part => PartOf(at, record, part))
        from sample in form.IsConversation ? Conversation.Sample(at, record, form.Key) : One(at, form, [.. parts.Select(part => part.Text)])
        from unread in JsonText.Members(record).Each(item => Unread(at, form, parts, sample, item))
        let rest = form.IsConversation
            && JsonText.Has(record, form.Key, out JsonElement list)
            && list.GetArrayLength() > sample.Messages.Count
        select new RecordSample(
            sample, form, [.. unread.Where(key => key.Length > 0).Select(key => $"the key {key}"), .. rest ? After : []]);

    private static Either<FloeError, RecordForm> FormOf(string at, JsonElement record)
    {
        RecordForm[] forms = [.. RecordForm.All.AsEnumerable().Where(form => JsonText.Has(record, form.Key, out _))];

        // Where a prompt stands beside a conversation, it is the prompt's record if that has its completion too.
        RecordForm? own = forms.Length > 1 && forms[0].IsConversation
            ? forms.FirstOrDefault(form => form.Key == "prompt" && form.Parts[1].Names.Any(name => JsonText.Has(record, name, out _)))
            : null;
        return forms.Length > 0
            ? own ?? forms[0]
            : new FloeError.BadData(
                at,
                "keys prompt and completion, instruction and output, question and answer, inputs and targets, messages, conversations, or "
                    + "text",
                Keys(record),
                "Rename the keys, or give a file of another form.");
    }

    /// <summary>The text of a part: of the one name that holds more than an empty text, else of the first that is there.</summary>
    private static Either<FloeError, (string Name, string Text)> PartOf(string at, JsonElement record, RecordPart part)
    {
        if (part.Names[0] is "messages" or "conversations")
        {
            return (part.Names[0], "");
        }

        string[] there = [.. part.Names.Where(name => JsonText.Has(record, name, out JsonElement value) && !IsEmpty(value))];
        string name = there.Concat(part.Names.Where(name => JsonText.Has(record, name, out _))).FirstOrDefault(part.Names[0]);
        return part.MayBeMissing && !JsonText.Has(record, name, out _)
            ? (name, "")
            : JsonText.Member(at, record, name, JsonValueKind.String)
                .Bind(text => JsonText.Text($"{at}: {name}", text))
                .Map(text => (name, text));
    }

    private static Either<FloeError, TextSample> One(string at, RecordForm form, IReadOnlyList<string> texts)
    {
        return texts.All(text => text.Length == 0)
            ? new FloeError.BadData(
                at, "some text", texts.Count == 1
                    ? $"an empty {form.Words}"
                    : $"{form.Words} that are empty", "Fill the record in, or take it out.")
            : form.Key switch
            {
                "question" => PromptTemplates.Question(texts[0], texts[1]),
                "instruction" => PromptTemplates.Alpaca(texts[0], texts[1], texts[2]),
                "text" => new TextSample("", texts[0]),
                _ => new TextSample(texts[0], texts[1]),
            };
    }

    /// <summary>A key's name where it is left unread, an empty text where it is read or says nothing, or the error of one that may not be
    /// left out.</summary>
    private static Either<FloeError, string> Unread(
        string at, RecordForm form, IReadOnlyList<(string Name, string Text)> parts, TextSample sample, JsonProperty item) =>
        JsonText.NameOf(at, item).Bind(name =>
            IsEmpty(item.Value) || parts.Any(part => part.Name == name) ? ""
            : name == form.Repeats && item.Value.ValueKind == JsonValueKind.String && IsRepeated(item.Value, parts, sample) ? name
            : form.Parts.Find(part => part.Names.Contains(name, StringComparer.Ordinal)).Case is RecordPart part
                ? Second(at, name, item.Value, parts.First(p => part.Names.Contains(p.Name, StringComparer.Ordinal)), part)
            : name == "weight" && item.Value.ValueKind == JsonValueKind.Number && item.Value.GetDouble() == 1 ? ""
            : RecordForm.Teaching.Contains(name) ? Refused(at, form, name)
            : RecordForm.Bookkeeping.Contains(name)
                || item.Value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? name
            : Refused(at, form, name));

    /// <summary>A second name for a part is left unread where it holds the same text, as some published sets have it.</summary>
    private static Either<FloeError, string> Second(
        string at, string name, JsonElement value, (string Name, string Text) read, RecordPart part) =>
        value.ValueKind == JsonValueKind.String
            && JsonText.Text("", value).Exists(text => text.AsSpan().Trim().SequenceEqual(read.Text.AsSpan().Trim()))
            ? name
            : new FloeError.BadData(
                $"{at}: {name}", $"one of the keys {string.Join(", ", part.Names)}", $"{name} beside {read.Name}", "Keep one of them.");

    private static Either<FloeError, string> Refused(string at, RecordForm form, string name) => new FloeError.BadData(
        $"{at}: {name}",
        "keys " + string.Join(
            ", ", form.Parts.AsEnumerable().SelectMany(part => part.Names).Append("or any that only keeps books, such as id")),
        $"the key {name}",
        (form.Key, name) switch
        {
            ("messages" or "conversations", "system" or "system_prompt") => "Make it the first message, with the role system.",
            (_, "weight" or "weights" or "loss_weight" or "loss" or "train" or "label") =>
                "Take out the records that are not to be learnt, and the key.",
            ("messages" or "conversations" or "text", _) => "Take the key out: it would not be read.",
            _ => $"Put its text into {form.Key}, or take the key out: it would not be read.",
        });

    // A text that holds all parts of the sample, or a prompt that is in a conversation.
    private static bool IsRepeated(JsonElement value, IReadOnlyList<(string Name, string Text)> parts, TextSample sample) =>
        JsonText.Text("", value).Match(Left: _ => false, Right: text => parts.Any(part => part.Text.Length > 0)
            ? parts.All(part => text.Contains(part.Text, StringComparison.Ordinal))
            : sample.Messages.Exists(message => message.Content.Contains(text, StringComparison.Ordinal)));

    /// <summary>Whether a value says nothing: null, an empty text, list or object.</summary>
    internal static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !JsonText.Members(value).Any(),
        _ => false,
    };

    private static string Keys(JsonElement record)
    {
        string[] names = [.. JsonText.Members(record).Take(ShownKeys + 1).Select(property => property.Name)];
        return names.Length == 0 ? "no keys" : "keys " + string.Join(", ", names.Take(ShownKeys)) + (names.Length > ShownKeys ? ", …" : "");
    }
}
