using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Data;

/// <summary>
/// One record of a data file. Its keys say what it is, the first that fits:
/// <c>prompt</c> with <c>completion</c> (or <c>answer</c>, <c>response</c>); <c>messages</c> (ChatML, see <see cref="PromptTemplates"/>);
/// <c>question</c> with <c>answer</c> (GSM8K); <c>instruction</c> with <c>output</c> (or <c>response</c>, <c>text</c>) and perhaps <c>input</c> (or
/// <c>context</c>) (Alpaca, Dolly); <c>inputs</c> with <c>targets</c> (FLAN); <c>text</c>, of which everything is learnt.
/// </summary>
internal static class DataRecord
{
    /// <summary>The samples of a record: one, or one a message of the assistant.</summary>
    public static Either<FloeError, IReadOnlyList<TextSample>> Samples(string at, JsonElement value) =>
        JsonText.Expect(at, value, JsonValueKind.Object).Bind(record =>
            Has(record, "prompt") ? One(from prompt in Text(at, record, "prompt")
                                        from completion in Text(at, record, "completion", "answer", "response")
                                        select new TextSample(prompt, completion))
            : Has(record, "messages") ? Conversation(at, record)
            : Has(record, "question") ? One(from question in Text(at, record, "question")
                                            from answer in Text(at, record, "answer")
                                            select PromptTemplates.Question(question, answer))
            : Has(record, "instruction") ? One(from instruction in Text(at, record, "instruction")
                                               from input in Has(record, "input") || Has(record, "context") ? Text(at, record, "input", "context") : ""
                                               from output in Text(at, record, "output", "response", "text")
                                               select PromptTemplates.Alpaca(instruction, input, output))
            : Has(record, "inputs") ? One(from inputs in Text(at, record, "inputs")
                                          from targets in Text(at, record, "targets")
                                          select new TextSample(inputs, targets))
            : Has(record, "text") ? One(Text(at, record, "text").Map(text => new TextSample("", text)))
            : new FloeError.BadData(
                at,
                "keys prompt and completion, instruction and output, question and answer, inputs and targets, messages, or text",
                Keys(record),
                "Rename the keys, or give a file of another form."));

    private static Either<FloeError, IReadOnlyList<TextSample>> Conversation(string at, JsonElement record) =>
        from list in JsonText.Member(at, record, "messages", JsonValueKind.Array)
        from messages in list.EnumerateArray().Select((message, index) => (message, at: $"{at}: messages[{index}]")).Each(item =>
            from message in JsonText.Expect(item.at, item.message, JsonValueKind.Object)
            from role in Text(item.at, message, "role")
            from content in Text(item.at, message, "content")
            select (role, content))
        let samples = PromptTemplates.Conversation(messages).ToList()
        from some in Steps.Check(samples.Count > 0, () => new FloeError.BadData(
            $"{at}: messages", "a message whose role is assistant", "none", "Only what the assistant says is learnt."))
        select (IReadOnlyList<TextSample>)samples;

    // The first of the names that the record has.
    private static Either<FloeError, string> Text(string at, JsonElement record, params string[] names)
    {
        string name = names.FirstOrDefault(candidate => Has(record, candidate), names[0]);
        return JsonText.Member(at, record, name, JsonValueKind.String).Bind(text => JsonText.Text($"{at}: {name}", text));
    }

    private static Either<FloeError, IReadOnlyList<TextSample>> One(Either<FloeError, TextSample> sample) =>
        sample.Map<IReadOnlyList<TextSample>>(one => [one]);

    private static bool Has(JsonElement record, string name) => record.TryGetProperty(name, out _);

    private static string Keys(JsonElement record)
    {
        string[] names = [.. record.EnumerateObject().Take(9).Select(property => property.Name)];
        return names.Length == 0 ? "no keys" : "keys " + string.Join(", ", names.Take(8)) + (names.Length > 8 ? ", …" : "");
    }
}
