using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// The chat template of a model folder, as transformers finds it: <c>chat_template.jinja</c>, else <c>chat_template</c> in
/// tokenizer_config.json, a text or a list of named ones of which <c>default</c> counts.
/// </summary>
internal static class ChatTemplateFile
{
    /// <summary>Where a GGUF file keeps it.</summary>
    public const string GgufKey = "tokenizer.chat_template";

    private const string Key = "chat_template";
    private const int LargestFile = 16 << 20;

    /// <summary>Reads the template from the files of a folder that are there.</summary>
    public static Either<FloeError, ChatTemplate> Read(TokenizerFolder folder)
    {
        string own = Path.Combine(folder.Path, "chat_template.jinja");
        return File.Exists(own)
            ? TextFile.Read(own, LargestFile).Map<ChatTemplate>(text => new ChatTemplate.Jinja(own, text))
            : In(folder.At(TokenizerFolder.Settings, Key), folder.Find(TokenizerFolder.Settings, Key));
    }

    private static Either<FloeError, ChatTemplate> In(string at, JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Undefined => new ChatTemplate.Absent(),
        JsonValueKind.Array => Named(at, found),
        _ => JsonText.Text(at, found).Map<ChatTemplate>(text => new ChatTemplate.Jinja(at, text)),
    };

    private static Either<FloeError, ChatTemplate> Named(string at, JsonElement list) =>
        from entries in list.EnumerateArray().Each(entry =>
            from item in JsonText.Expect(at, entry, JsonValueKind.Object)
            from name in JsonFields.Text(at, item, "name")
            from template in JsonFields.Text(at, item, "template")
            select (name, template))
        select entries.Where(entry => entry.name == "default").Select(entry => (ChatTemplate)new ChatTemplate.Jinja(at, entry.template))
            .FirstOrDefault(new ChatTemplate.Named(at, string.Join(", ", entries.Select(entry => entry.name))));
}
