using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>Whatever a record holds is read, refused, or named: each further key is put beside each form of record.</summary>
public sealed class RecordRuleTests : IDisposable
{
    private static readonly (string Form, string Json)[] Forms =
    [
        ("prompt", """{"prompt": "Sum:", "completion": "3"}"""),
        ("answer", """{"prompt": "Sum:", "answer": "3"}"""),
        ("question", """{"question": "Who?", "answer": "Ann"}"""),
        ("instruction", """{"instruction": "Greet.", "input": "Ann", "output": "Hello Ann"}"""),
        ("dolly", """{"instruction": "Greet.", "context": "Ann", "response": "Hello Ann"}"""),
        ("inputs", """{"inputs": "Sum:", "targets": "3"}"""),
        ("text", """{"text": "All of this."}"""),
        ("messages", """{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}"""),
    ];

    // Words of the sample, or what says how it is learnt: never to be left out without a word.
    private static readonly (string Key, string Value)[] Carrying =
    [
        ("system", "\"Be short.\""), ("history", "[[\"q\", \"a\"]]"), (
            "tools", "[{\"type\": \"function\"}]"), ("choices", "[\"A\", \"B\"]"), ("documents", "{\"title\": \"x\"}"),
        ("weight", "0"), ("weight", "0.5"), ("label", "true"), ("loss", "false"), ("train", "false"), ("passage", "\"Long ago\""),
            ("prefix", "\"x\""), ("reasoning", "\"So\""),
        ("rejected", "\"no\""), ("chosen", "\"yes\""), ("images", "[\"a.png\"]"), ("functions", "[{}]"), ("solution", "\"x\""),
    ];

    private static readonly (string Key, string Value)[] Bookkeeping =
        [("id", "\"a1\""), ("source", "\"web\""), ("category", "\"qa\""), ("metadata", "{\"a\": 1}"), ("num_tokens", "12"),
            ("checked", "true"), ("votes", "4")];

    private static readonly (string Key, string Value)[] Silent = [
        ("system", "\"\""), ("history", "[]"), ("tools", "null"), ("extra", "{}"), ("weight", "1"), ("weight", "null")];

    private readonly Scratch scratch = new();

    public static TheoryData<string> FormNames => [.. Forms.Select(form => form.Form)];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("""[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}, {"role": "user", "content": "more"}]""", 1)]
    [InlineData("""[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}, {"role": "assistant", "content": "no", "weight": 0}]""", 1)]
    [InlineData("""[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]""", 0)]
    public void WhatFollowsTheLastLearntMessageIsNamed(string messages, int notes)
    {
        File.WriteAllText(scratch.At("data.jsonl"), $"{{\"messages\": {messages}}}\n");
        DataSet data = Errors.Value(DataFile.Read(scratch.At("data.jsonl")));
        Assert.Equal(
            Enumerable.Repeat(
                $"{scratch.At("data.jsonl")}: what follows the last learnt message of 1 record is not read", notes),
                    data.Notes.AsEnumerable());
    }

    [Theory]
    [MemberData(nameof(FormNames))]
    public void AKeyThatCarriesTextIsRefusedByItsName(string form)
    {
        foreach ((string key, string value) in Carrying)
        {
            FloeError error = Errors.Of(Read(With(form, key, value)));
            Assert.True(
                error.ExitCode == 3 && error.Message.Contains($"line 2: {key}", StringComparison.Ordinal), $"{key}: {error.Message}");
            Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(FormNames))]
    public void ABookkeepingKeyIsNamedOnceWithItsCount(string form)
    {
        foreach ((string key, string value) in Bookkeeping)
        {
            DataSet data = Errors.Value(Read(With(form, key, value), With(form, key, value)));
            Assert.Equal($"the key {key} of 2 records is not read", Assert.Single(data.Notes)[(scratch.At("data.jsonl").Length + 2)..]);
            Assert.Equal(Errors.Value(Read(Json(form), Json(form))).Samples, data.Samples);
        }
    }

    [Theory]
    [MemberData(nameof(FormNames))]
    public void AKeyThatSaysNothingChangesNothing(string form)
    {
        foreach ((string key, string value) in Silent)
        {
            DataSet data = Errors.Value(Read(With(form, key, value)));
            Assert.Empty(data.Notes);
            Assert.Equal(Errors.Value(Read(Json(form))).Samples, data.Samples);
        }
    }

    [Theory]
    [InlineData("prompt", "messages", """[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]""")]
    [InlineData("prompt", "input", "\"1 2\"")]
    [InlineData("prompt", "response", "\"4\"")]
    [InlineData("prompt", "answer", "4")]
    [InlineData("question", "context", "\"Ann did it\"")]
    [InlineData("instruction", "context", "\"Bob\"")]
    [InlineData("instruction", "text", "\"Hello\"")]
    [InlineData("text", "completion", "\"x\"")]
    [InlineData("messages", "prompt", "\"something else\"")]
    public void ASecondSourceOfTheSamePartIsRefused(string form, string key, string value)
    {
        FloeError error = Errors.Of(Read(With(form, key, value)));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("instruction", "text", "\"### Instruction: Greet. ### Input: Ann ### Response: Hello Ann\"")]
    [InlineData("instruction", "response", "\" Hello Ann\"")]
    [InlineData("messages", "prompt", "\"hi\"")]
    public void ThePublishedFormsThatSayTheSameTwiceAreReadAndNamed(string form, string key, string value)
    {
        DataSet data = Errors.Value(Read(With(form, key, value)));
        Assert.Contains($"the key {key}", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Equal(Errors.Value(Read(Json(form))).Samples, data.Samples);
    }

    [Theory]
    [InlineData("Assistant", "Write assistant.")]
    [InlineData("USER", "Write user.")]
    [InlineData("human", "Rename the role to user.")]
    [InlineData("gpt", "Rename the role to assistant.")]
    [InlineData("tool", "Rename the role")]
    [InlineData("function", "Rename the role")]
    [InlineData("", "Rename the role")]
    public void ARoleOutsideTheListIsNamedWithTheList(string role, string remedy)
    {
        FloeError error = Errors.Of(Read($$"""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "{{role}}", "content": "c"}]}"""));
        Assert.Contains(
            "line 2: message 3: role: expected system, user, assistant, found `" + role + "`", error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tool_calls", "[{\"id\": 1}]")]
    [InlineData("reasoning_content", "\"because\"")]
    [InlineData("thinking", "\"because\"")]
    [InlineData("prefix", "true")]
    [InlineData("images", "[\"a\"]")]
    public void AMessagesFurtherKeyIsRefused(string key, string value) => Assert.Contains(
        $"line 2: message 2: {key}",
        Errors.Of(Read($$"""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "{{key}}": {{value}}}]}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ATurnOfWeight0IsReadButNotLearnt()
    {
        const string Turns = """{"role": "user", "content": "a"}, {"role": "assistant", "content": "bad"WEIGHT}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "good"}""";
        TextSample[] both = [.. Errors.Value(Read($$"""{"messages": [{{Turns.Replace("WEIGHT", "", StringComparison.Ordinal)}}]}""")).Samples.Skip(1)];
        TextSample[] last = [.. Errors.Value(Read($$"""{"messages": [{{Turns.Replace("WEIGHT", ", \"weight\": 0", StringComparison.Ordinal)}}]}""")).Samples.Skip(1)];
        Assert.Equal([false, true, false, true], Assert.Single(both).Messages.Map(message => message.Learnt).ToArray());
        Assert.Equal([false, false, false, true], Assert.Single(last).Messages.Map(message => message.Learnt).ToArray());
        foreach (string weight in (string[])["2", "0.5", "-1", "\"0\"", "true"])
        {
            Assert.Contains("message 2: weight", Errors.Of(Read($$"""{"messages": [{{Turns.Replace("WEIGHT", $", \"weight\": {weight}", StringComparison.Ordinal)}}]}""")).Message, StringComparison.Ordinal);
        }

        Assert.Contains("none but of weight 0", Errors.Of(Read("""{"messages": [{"role": "assistant", "content": "b", "weight": 0}]}""")).Message, StringComparison.Ordinal);
        Assert.Contains("message 1: weight", Errors.Of(Read("""{"messages": [{"role": "user", "content": "b", "weight": 1}]}""")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt": "", "completion": ""}""", "prompt and completion that are empty")]
    [InlineData("""{"text": ""}""", "an empty text")]
    [InlineData("""{"question": "", "answer": ""}""", "question and answer that are empty")]
    [InlineData("""{"inputs": "", "targets": ""}""", "inputs and targets that are empty")]
    [InlineData("""{"instruction": "", "input": "", "output": ""}""", "instruction and output that are empty")]
    public void ARecordWithoutAnyTextIsNamed(string json, string found) =>
        Assert.Contains($"line 2: expected some text, found {found}", Errors.Of(Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void NullSaysTheSameAsNoSuchKey()
    {
        Assert.Equal(Errors.Value(Read("""{"instruction": "a", "output": "b"}""")).Samples, Errors.Value(Read("""{"instruction": "a", "input": null, "output": "b", "prompt": null}""")).Samples);
        Assert.Equal(Errors.Value(Read("""{"text": "b"}""")).Samples, Errors.Value(Read("""{"prompt": null, "completion": null, "messages": null, "text": "b"}""")).Samples);
    }

    [Fact]
    public void EachSampleKnowsItsPlace()
    {
        DataSet data = Errors.Value(Read(Json("messages"), Json("text")));
        Assert.Equal(["line 1", "line 2", "line 3"], data.Places.Map(place => place[(scratch.At("data.jsonl").Length + 2)..]).ToArray());
    }

    private static string Json(string form) => Forms.Single(f => f.Form == form).Json;

    private static string With(string form, string key, string value)
    {
        JsonObject record = JsonNode.Parse(Json(form))!.AsObject();
        record[key] = JsonNode.Parse(value);
        return record.ToJsonString();
    }

    // A sound line stands before, so that a line's number is seen.
    private Either<FloeError, DataSet> Read(params string[] lines)
    {
        File.WriteAllLines(scratch.At("data.jsonl"), ["""{"text": "first"}""", .. lines]);
        return DataFile.Read(scratch.At("data.jsonl"));
    }
}
