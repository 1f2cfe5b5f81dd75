using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Data;

/// <summary>
/// The key <c>messages</c> of a record: roles of a closed list, texts as content. Every message of the assistant is learnt, except where it has
/// <c>weight</c> 0; then it is read as part of what precedes.
/// </summary>
internal static class Conversation
{
    private static readonly string[] Roles = ["system", "user", "assistant"];
    private static readonly string[] Keys = ["role", "content", "weight"];

    /// <summary>The samples of a conversation, at least one.</summary>
    /// <param name="at">File and line, for the error.</param>
    /// <param name="record">The record.</param>
    public static Either<FloeError, IReadOnlyList<TextSample>> Samples(string at, JsonElement record) =>
        from list in JsonText.Member(at, record, "messages", JsonValueKind.Array)
        from messages in list.EnumerateArray().Select((message, index) => (message, at: $"{at}: message {index + 1}")).Each(item => Message(item.at, item.message))
        let samples = PromptTemplates.Conversation(messages).ToList()
        from some in Steps.Check(samples.Count > 0, () => new FloeError.BadData(
            $"{at}: messages",
            "a message whose role is assistant, to be learnt",
            messages.Any(message => message.Role == "assistant") ? "none but of weight 0" : messages.Count == 0 ? "no message" : $"the roles {Listed(messages)}",
            "Only what the assistant says is learnt: give a reply of it, or take the record out."))
        select (IReadOnlyList<TextSample>)samples;

    private static Either<FloeError, (string Role, string Content, bool Learnt)> Message(string at, JsonElement value) =>
        from message in JsonText.Expect(at, value, JsonValueKind.Object)
        from role in Text(at, message, "role")
        from known in Steps.Check(Roles.Contains(role, StringComparer.Ordinal), () => new FloeError.BadData(
            $"{at}: role", string.Join(", ", Roles), $"`{(role.Length <= 40 ? role : role[..40] + "…")}`", Advice(role)))
        from content in Text(at, message, "content")
        from learnt in Weight(at, role, message)
        from only in JsonText.Members(message).Each(item => JsonText.NameOf(at, item).Bind(name => Steps.Check(
            Keys.Contains(name, StringComparer.Ordinal) || DataRecord.IsEmpty(item.Value) || RecordForm.Bookkeeping.Contains(name),
            () => new FloeError.BadData(
                $"{at}: {name}", $"the keys {string.Join(", ", Keys)}", $"the key {name}", "Put its text into content, or take the key out: it would not be read."))))
        select (role, content, learnt);

    private static Either<FloeError, bool> Weight(string at, string role, JsonElement message) =>
        !JsonText.Has(message, "weight", out JsonElement weight) ? role == "assistant"
        : weight.ValueKind == JsonValueKind.Number && weight.TryGetDouble(out double value) && (value == 0 || (value == 1 && role == "assistant")) ? value == 1
        : new FloeError.BadData(
            $"{at}: weight",
            role == "assistant" ? "1 (learnt) or 0 (read only)" : $"no weight, or 0, on a message of the {role}, which is never learnt",
            weight.ValueKind == JsonValueKind.Number ? weight.GetRawText() : JsonText.Words(weight.ValueKind),
            "Correct the weight, or take it out.");

    private static string Advice(string role) => role.ToLowerInvariant() switch
    {
        "system" or "user" or "assistant" => $"Write {role.ToLowerInvariant()}.",
        "human" or "prompter" or "customer" => "Rename the role to user.",
        "gpt" or "bot" or "model" or "ai" or "chatgpt" or "bard" or "asistant" or "assisstant" => "Rename the role to assistant.",
        "developer" => "Rename the role to system.",
        _ => "Rename the role to one of these, or take the record out.",
    };

    private static string Listed(IEnumerable<(string Role, string Content, bool Learnt)> messages) => string.Join(", ", messages.Select(message => message.Role).Distinct());

    private static Either<FloeError, string> Text(string at, JsonElement message, string name) =>
        JsonText.Member(at, message, name, JsonValueKind.String).Bind(text => JsonText.Text($"{at}: {name}", text));
}
