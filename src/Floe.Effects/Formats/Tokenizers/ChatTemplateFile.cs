using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// The chat template of a model folder, as transformers finds it: <c>chat_template.jinja</c>, else <c>chat_template</c> in tokenizer_config.json, a
/// text or a list of named ones of which <c>default</c> counts.
/// </summary>
internal static class ChatTemplateFile
{
    /// <summary>Where a GGUF file keeps it.</summary>
    public const string GgufKey = "tokenizer.chat_template";

    private const string Key = "chat_template";
    private const int LargestFile = 16 << 20;

    /// <summary>Reads the template from the files of a folder that are there.</summary>
    public static Either<FloeError, ChatTemplate> Read(string folder)
    {
        string own = Path.Combine(folder, "chat_template.jinja");
        string config = Path.Combine(folder, "tokenizer_config.json");
        return File.Exists(own) ? TextFile.Read(own, LargestFile).Map(text => ChatTemplate.Of(own, text))
            : File.Exists(config) ? JsonText.ReadObject(config, LargestFile).Bind(root => In($"{config}: {Key}", root))
            : new ChatTemplate.Absent();
    }

    private static Either<FloeError, ChatTemplate> In(string at, JsonElement root) =>
        !root.TryGetProperty(Key, out JsonElement found) || found.ValueKind == JsonValueKind.Null ? new ChatTemplate.Absent()
        : found.ValueKind == JsonValueKind.Array ? Named(at, found)
        : JsonText.Text(at, found).Map(text => ChatTemplate.Of(at, text));

    private static Either<FloeError, ChatTemplate> Named(string at, JsonElement list) =>
        from entries in list.EnumerateArray().Each(entry =>
            from item in JsonText.Expect(at, entry, JsonValueKind.Object)
            from name in JsonFields.Text(at, item, "name")
            from template in JsonFields.Text(at, item, "template")
            select (name, template))
        select entries.Where(entry => entry.name == "default").Select(entry => ChatTemplate.Of(at, entry.template)).FirstOrDefault(new ChatTemplate.Other(at));
}
