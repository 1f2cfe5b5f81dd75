using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Data;

/// <summary>
/// The conversation of a record: <c>messages</c> of <c>role</c> and <c>content</c>, or ShareGPT's <c>conversations</c> of <c>from</c> and
/// <c>value</c>; either pair of keys is taken in either list. Roles are of a closed list. Every message of the assistant is learnt, except
/// where it has <c>weight</c> 0; then it is only read.
/// </summary>
internal static class Conversation
{
    private static readonly string[] Roles = [ChatMessage.System, ChatMessage.User, ChatMessage.Assistant];
    private static readonly string[] Speakers = ["human", "gpt", "chatgpt", "bing", "bard"];

    /// <summary>The sample of a conversation.</summary>
    /// <param name="at">File and line, for the error.</param>
    /// <param name="record">The record.</param>
    /// <param name="key">The key of its list.</param>
    public static Either<FloeError, TextSample> Sample(string at, JsonElement record, string key) =>
        from list in JsonText.Member(at, record, key, JsonValueKind.Array)
        from messages in list.EnumerateArray()
            .Select((message, index) => (message, at: $"{at}: message {index + 1}"))
            .Each(item => Message(item.at, item.message, key))
        let sample = TextSample.Of(messages)
        from some in Steps.Check(sample.IsConversation, () => new FloeError.BadData(
            $"{at}: {key}",
            "a message whose role is assistant, to be learnt",
            messages.Any(message => message.Role == ChatMessage.Assistant)
                ? "none but of weight 0"
                : messages.Count == 0
                ? "no message"
                : $"the roles {Listed(messages)}",
            "Only what the assistant says is learnt: give a reply of it, or take the record out."))
        select sample;

    private static Either<FloeError, ChatMessage> Message(string at, JsonElement value, string key) =>
        from message in JsonText.Expect(at, value, JsonValueKind.Object)
        let names = Names(message, key)
        from said in Text(at, message, names.Role)
        from role in Role($"{at}: {names.Role}", said, names.Role == "from")
        from content in Text(at, message, names.Content)
        from learnt in Weight(at, role, message)
        from only in JsonText.Members(message).Each(item => JsonText.NameOf(at, item).Bind(name => Steps.Check(
            name == names.Role
                || name == names.Content
                || name == "weight"
                || DataRecord.IsEmpty(item.Value)
                || RecordForm.Bookkeeping.Contains(name),
            () => new FloeError.BadData(
                $"{at}: {name}", $"the keys {names.Role}, {names.Content}, weight", $"the key {name}",
                    "Put its text into content, or take the key out: it would not be read."))))
        select new ChatMessage(role, content, learnt);

    // ShareGPT's keys where the first of them is there and the other pair's is not; else those that go with the list.
    private static (string Role, string Content) Names(JsonElement message, string key)
    {
        bool share = JsonText.Has(message, "from", out _);
        bool roles = JsonText.Has(message, "role", out _);
        return (share != roles ? share : key == "conversations") ? ("from", "value") : ("role", "content");
    }

    private static Either<FloeError, string> Role(string at, string said, bool speaks) =>
        Roles.Contains(said, StringComparer.Ordinal) ? said
        : speaks && Speakers.Contains(said, StringComparer.Ordinal) ? said == "human" ? ChatMessage.User : ChatMessage.Assistant
        : new FloeError.BadData(
            at, string.Join(
                ", ", speaks ? Roles.Concat(Speakers) : Roles), $"`{(said.Length <= 40 ? said : said[..40] + "…")}`", Advice(said));

    private static Either<FloeError, bool> Weight(string at, string role, JsonElement message) =>
        !JsonText.Has(message, "weight", out JsonElement weight) ? role == ChatMessage.Assistant
        : weight.ValueKind == JsonValueKind.Number
            && weight.TryGetDouble(out double value)
            && (value == 0 || (value == 1 && role == ChatMessage.Assistant)) ? value == 1
        : new FloeError.BadData(
            $"{at}: weight",
            role == ChatMessage.Assistant
                ? "1 (learnt) or 0 (read only)"
                : $"no weight, or 0, on a message of the {role}, which is never learnt",
            weight.ValueKind == JsonValueKind.Number ? weight.GetRawText() : JsonText.Words(weight.ValueKind),
            "Correct the weight, or take it out.");

    private static string Advice(string role) => role.ToLowerInvariant() switch
    {
        "system" or "user" or "assistant" => $"Write {role.ToLowerInvariant()}.",
        "human" or "prompter" or "customer" => "Rename the role to user.",
        "gpt" or "bot" or "model" or "ai" or "chatgpt" or "bing" or "bard" or "asistant" or "assisstant" => "Rename the role to assistant.",
        "developer" => "Rename the role to system.",
        _ => "Rename the role to one of these, or take the record out.",
    };

    private static string Listed(IEnumerable<ChatMessage> messages) =>
        string.Join(", ", messages.Select(message => message.Role).Distinct());

    private static Either<FloeError, string> Text(string at, JsonElement message, string name) =>
        JsonText.Member(at, message, name, JsonValueKind.String).Bind(text => JsonText.Text($"{at}: {name}", text));
}
