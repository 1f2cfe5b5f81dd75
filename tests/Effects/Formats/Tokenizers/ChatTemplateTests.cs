using System.Text.Json;
using Floe.Domain.Text;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Chat templates that are ChatML are known and followed; every other one is known not to be.</summary>
public sealed class ChatTemplateTests
{
    private const string Group = "chat";

    private static readonly Dictionary<string, string> ChatMl = new(StringComparer.Ordinal)
    {
        ["qwen1.5-base"] = "",
        ["smollm2-135m-instruct"] = "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
    };

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".json");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void Templates_of_the_fixtures_are_ChatML_or_known_not_to_be(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement fixture = JsonElement.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")));
        ChatTemplate template = ChatTemplate.Of(name, fixture.GetProperty("template").GetString()!);
        Assert.Equal(ChatMl.TryGetValue(name, out string? system) ? new ChatTemplate.ChatMl(system) : new ChatTemplate.Other(name), template);
        return template is ChatTemplate.ChatMl known ? Follow(known, fixture) : Unit.Default;
    });

    [Theory]
    [InlineData("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}", true)]
    [InlineData("{%- for message in messages -%}{{- \"<|im_start|>\" + message.role + \"\\n\" + message.content + \"<|im_end|>\\n\" -}}{%- endfor -%}", true)]
    [InlineData("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>'}}{% endfor %}", false)]
    [InlineData("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] | trim + '<|im_end|>' + '\n'}}{% endfor %}", false)]
    [InlineData("{{ bos_token }}{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}", false)]
    [InlineData("", false)]
    public void Only_the_very_form_is_known(string template, bool known) =>
        Assert.Equal(known ? new ChatTemplate.ChatMl("") : new ChatTemplate.Other("here"), ChatTemplate.Of("here", template));

    [Theory]
    [InlineData(null, "\"x\"", "Other")]
    [InlineData("y", null, "Other")]
    [InlineData(null, null, "Absent")]
    [InlineData(null, "null", "Absent")]
    [InlineData(null, "[{\"name\": \"tool_use\", \"template\": \"a\"}, {\"name\": \"default\", \"template\": \"b\"}]", "Other")]
    public void A_folder_keeps_it_in_a_file_of_its_own_or_in_the_configuration(string? file, string? key, string kind)
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("tokenizer_config.json"), key is null ? "{}" : $"{{\"chat_template\": {key}}}");
        if (file is not null)
        {
            File.WriteAllText(scratch.At("chat_template.jinja"), file);
        }

        ChatTemplate found = TokenizerFolder.Read(scratch.Folder).Bind(ChatTemplateFile.Read).IfLeft(error => throw new InvalidOperationException(error.Message));
        Assert.Equal(kind, found.GetType().Name);
        Assert.Equal(file is not null, found is ChatTemplate.Other other && other.Where.EndsWith(".jinja", StringComparison.Ordinal));
    }

    // Every conversation that ends with a turn of the assistant is, up to the line after it, what Floe makes of it.
    private static Unit Follow(ChatTemplate.ChatMl template, JsonElement fixture)
    {
        int followed = 0;
        foreach (JsonElement item in fixture.GetProperty("cases").EnumerateArray().Where(item => item.TryGetProperty("rendered", out _)))
        {
            (string Role, string Content)[] messages = [.. item.GetProperty("messages").EnumerateArray()
                .Where(message => message.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String)
                .Select(message => (message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!))];
            if (messages.Length == item.GetProperty("messages").GetArrayLength() && messages is [.., ("assistant", _)] && !item.GetProperty("add_generation_prompt").GetBoolean())
            {
                TextSample last = PromptTemplates.Conversation(messages.Select(m => (m.Role, m.Content, m.Role == "assistant"))).Last();
                Assert.Equal(item.GetProperty("rendered").GetString(), ConversationRules.Opening(template, last.Prompt) + last.Completion + ConversationRules.TurnEnd + "\n");
                followed++;
            }
        }

        Assert.True(followed > 0);
        return Unit.Default;
    }
}
