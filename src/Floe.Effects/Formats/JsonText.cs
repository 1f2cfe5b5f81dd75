using System.Text.Json;
using System.Text.Unicode;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>Strict JSON: UTF-8, no comments, no trailing commas, no repeated keys, at most 64 levels deep.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses a whole text.</summary>
    /// <param name="at">File, for the error.</param>
    /// <param name="utf8">The text.</param>
    public static Either<FloeError, JsonElement> Parse(string at, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return new FloeError.BadData(at, "JSON in UTF-8", "bytes that are not UTF-8", "Write the file again.");
        }

        try
        {
            return JsonElement.Parse(utf8, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new FloeError.BadData(at, "JSON without repeated keys and at most 64 levels deep", e.Message, "Write the file again.");
        }
    }

    /// <summary>Reads and parses a file whose root is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes that such a file can sensibly have.</param>
    public static Either<FloeError, JsonElement> ReadObject(string path, int limit) =>
        from bytes in RandomFile.ReadAll(path, limit)
        from root in Parse(path, bytes)
        from found in Expect(path, root, JsonValueKind.Object)
        select found;

    /// <summary>The element itself where it has the kind that is wanted.</summary>
    public static Either<FloeError, JsonElement> Expect(string at, JsonElement element, JsonValueKind kind) =>
        element.ValueKind == kind
            ? element
            : new FloeError.BadData(at, $"JSON of kind {kind}", $"{element.ValueKind}", "Correct the file.");

    /// <summary>A member of an object, or an error that names it.</summary>
    public static Either<FloeError, JsonElement> Member(string at, JsonElement parent, string name, JsonValueKind kind) =>
        !parent.TryGetProperty(name, out JsonElement found) ? new FloeError.BadData(at, $"the key {name}", "no such key", "Correct the file.")
        : found.ValueKind == kind ? found
        : new FloeError.BadData($"{at}: {name}", $"JSON of kind {kind}", $"{found.ValueKind}", "Correct the file.");

    /// <summary>A string's text; a lone surrogate is an error.</summary>
    public static Either<FloeError, string> Text(string at, JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : new FloeError.BadData(at, "a string", $"{element.ValueKind}", "Correct the file.");
        }
        catch (InvalidOperationException e)
        {
            return new FloeError.BadData(at, "a string in well-formed Unicode", e.Message, "Correct the file.");
        }
    }

    /// <summary>A member's name; a lone surrogate is an error.</summary>
    public static Either<FloeError, string> NameOf(string at, JsonProperty item)
    {
        try
        {
            return item.Name;
        }
        catch (InvalidOperationException e)
        {
            return new FloeError.BadData(at, "names in well-formed Unicode", e.Message, "Correct the file.");
        }
    }
}
