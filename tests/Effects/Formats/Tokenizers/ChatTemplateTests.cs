using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Text.Chat;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Chat templates of models' files print what Jinja prints with transformers' settings, case by case, and refuse what it
/// refuses.</summary>
public sealed class ChatTemplateTests
{
    private const string Group = "chat";

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".json");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void EveryCaseIsThatOfTheReference(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement fixture = JsonElement.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")));
        DateTime now = DateTime.Parse(
            fixture.GetProperty("now").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return JinjaTemplate.Parse(name, fixture.GetProperty("template").GetString()!).Map(template =>
        {
            int compared = 0;
            foreach (JsonElement item in fixture.GetProperty("cases").EnumerateArray())
            {
                Compare($"{name}: {item.GetProperty("id").GetString()}", item, template.Render(Variables(fixture, item), now));
                compared++;
            }

            Assert.True(compared > 20);
            return unit;
        });
    });

    [Theory]
    [InlineData("y", null, "y")]
    [InlineData(null, "\"x\"", "x")]
    [InlineData("y", "\"x\"", "y")]
    [InlineData(null, null, null)]
    [InlineData(null, "null", null)]
    [InlineData(null, "[{\"name\": \"tool_use\", \"template\": \"a\"}, {\"name\": \"default\", \"template\": \"b\"}]", "b")]
    public void AFolderKeepsItInAFileOfItsOwnOrInTheConfiguration(string? file, string? key, string? source)
    {
        using Scratch scratch = new();
        Assert.Equal(source, Found(scratch, file, key) is ChatTemplate.Jinja jinja ? jinja.Source : null);
    }

    [Fact]
    public void SeveralTemplatesWithoutADefaultAreNamed()
    {
        using Scratch scratch = new();
        ChatTemplate.Named named = Assert.IsType<ChatTemplate.Named>(
            Found(scratch, null, "[{\"name\": \"a\", \"template\": \"x\"}, {\"name\": \"b\", \"template\": \"y\"}]"));
        Assert.Equal("a, b", named.Names);
    }

    private static ChatTemplate Found(Scratch scratch, string? file, string? key)
    {
        File.WriteAllText(scratch.At("tokenizer_config.json"), key is null ? "{}" : $"{{\"chat_template\": {key}}}");
        if (file is not null)
        {
            File.WriteAllText(scratch.At("chat_template.jinja"), file);
        }

        return TokenizerFolder.Read(scratch.Folder)
            .Bind(ChatTemplateFile.Read)
            .IfLeft(error => throw new InvalidOperationException(error.Message));
    }

    private static void Compare(string id, JsonElement item, Either<FloeError, string> found)
    {
        if (item.TryGetProperty("rendered", out JsonElement rendered))
        {
            Assert.Equal((id, rendered.GetString()), (id, found.IfLeft(error => error.Message)));
            return;
        }

        string message = found.Match(
            Right: text => $"printed {text}", Left: error => error is FloeError.BadData ? error.Message : $"unsupported {error.Message}");
        JsonElement error = item.GetProperty("error");
        Assert.StartsWith(
            id.Split(':')[0] + (error.GetProperty("raised_by_template").GetBoolean() ? ":" : ", line "), message, StringComparison.Ordinal);
        if (error.GetProperty("raised_by_template").GetBoolean())
        {
            Assert.Contains($"its refusal: {error.GetProperty("message").GetString()}", message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<KeyValuePair<string, TemplateValue>> Variables(JsonElement fixture, JsonElement item) =>
        TemplateVariables.Of(
            Value(item.GetProperty("messages")), item.GetProperty("add_generation_prompt")
                .GetBoolean(), Text(fixture, "bos_token"), Text(fixture, "eos_token"))
            .Concat(item.TryGetProperty("extra", out JsonElement extra) && extra.ValueKind == JsonValueKind.Object
                ? extra.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Value(entry.Value)))
                : []);

    private static Option<string> Text(JsonElement fixture, string key) => Optional(fixture.GetProperty(key).GetString());

    private static TemplateValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new TemplateValue.Words(element.GetString()!),
        JsonValueKind.True or JsonValueKind.False => new TemplateValue.Truth(element.GetBoolean()),
        JsonValueKind.Number => element.TryGetInt64(out long whole)
            ? TemplateValue.Number(new BigInteger(whole))
            : new TemplateValue.Real(element.GetDouble()),
        JsonValueKind.Array => new TemplateValue.Sequence([.. element.EnumerateArray().Select(Value)]),
        JsonValueKind.Object =>
            new TemplateValue.Mapping([.. element.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Value(entry.Value)))]),
        _ => new TemplateValue.Nothing(),
    };
}
