using System.Text.Json;
using System.Text.Unicode;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>Strict JSON: UTF-8, no comments, no trailing commas, no repeated keys, at most 64 levels deep.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonFault.MostDepth };

    /// <summary>Parses a whole text.</summary>
    /// <param name="at">File, for the error, which adds line and column.</param>
    /// <param name="utf8">The text.</param>
    public static Either<FloeError, JsonElement> Parse(string at, ReadOnlySpan<byte> utf8) =>
        Parse(utf8, fault => $"{at}, line {fault.Line}, column {fault.Column}", at);

    /// <summary>Parses a text that is one line of a file.</summary>
    /// <param name="at">File and line, for the error, which adds the column.</param>
    /// <param name="utf8">The text.</param>
    public static Either<FloeError, JsonElement> ParseLine(string at, ReadOnlySpan<byte> utf8) =>
        Parse(utf8, fault => $"{at}, column {fault.Column}", at);

    /// <summary>Reads and parses a file whose root is an object. A file that is something else is named.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes that such a file can sensibly have.</param>
    public static Either<FloeError, JsonElement> ReadObject(string path, int limit) => InputFile.ReadAll(path, limit).Bind(bytes =>
        ForeignFile.Named(path, bytes, FileForm.Json, Parse(path, bytes).Bind(root => Expect(path, root, JsonValueKind.Object))));

    /// <summary>
    /// A member that is there and not null: null says the same as no such key. The one place where a member of a JSON object is looked up;
    /// what is no object has none.
    /// </summary>
    public static bool Has(JsonElement parent, string name, out JsonElement found)
    {
        found = default;
#pragma warning disable RS0030 // the one place
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out found) && found.ValueKind != JsonValueKind.Null;
#pragma warning restore RS0030
    }

    /// <summary>The members of an object that are not null, in their order.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement parent)
    {
#pragma warning disable RS0030 // the one place
        return parent.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null);
#pragma warning restore RS0030
    }

    private static Either<FloeError, JsonElement> Parse(ReadOnlySpan<byte> utf8, Func<JsonFault, string> place, string at)
    {
        if (!Utf8.IsValid(utf8))
        {
            return new FloeError.BadData(at, "JSON in UTF-8", "bytes that are not UTF-8", "Save the file as UTF-8.");
        }

        try
        {
            return JsonElement.Parse(utf8, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            JsonFault fault = JsonFault.Of(utf8)
                .IfNone(new JsonFault(1, 1, "strict JSON", "something else", "Write the file again with a JSON library."));
            return new FloeError.BadData(place(fault), fault.Expected, fault.Found, fault.Remedy);
        }
    }

    /// <summary>The element itself where it has the kind that is wanted.</summary>
    public static Either<FloeError, JsonElement> Expect(string at, JsonElement element, JsonValueKind kind) =>
        element.ValueKind == kind
            ? element
            : new FloeError.BadData(at, Words(kind), Words(element.ValueKind), "Correct the file.");

    /// <summary>A member of an object, or an error that names it.</summary>
    public static Either<FloeError, JsonElement> Member(string at, JsonElement parent, string name, JsonValueKind kind) =>
        !Has(parent, name, out JsonElement found) ? new FloeError.BadData(at, $"the key {name}", "no such key", "Correct the file.")
        : found.ValueKind == kind ? found
        : new FloeError.BadData($"{at}: {name}", Words(kind), Words(found.ValueKind), "Correct the file.");

    /// <summary>A member that must be true or false.</summary>
    public static Either<FloeError, bool> Flag(string at, JsonElement parent, string name) =>
        !Has(parent, name, out JsonElement found) ? new FloeError.BadData(at, $"the key {name}", "no such key", "Correct the file.")
        : found.ValueKind is JsonValueKind.True or JsonValueKind.False ? found.GetBoolean()
        : new FloeError.BadData($"{at}: {name}", "true or false", Words(found.ValueKind), "Correct the file.");

    /// <summary>A member that is a number, null or absent.</summary>
    public static Either<FloeError, Option<double>> Number(string at, JsonElement parent, string name) =>
        Optional<double>(
            at, parent, name, (JsonElement member, out double value) => member.TryGetDouble(out value) && double.IsFinite(value));

    /// <summary>A member that is a whole number, null or absent.</summary>
    public static Either<FloeError, Option<long>> Whole(string at, JsonElement parent, string name) =>
        Optional<long>(at, parent, name, (JsonElement member, out long value) => member.TryGetInt64(out value));

    private delegate bool Reading<T>(JsonElement member, out T value);

    private static Either<FloeError, Option<T>> Optional<T>(string at, JsonElement parent, string name, Reading<T> read) =>
        !Has(parent, name, out JsonElement member) ? Option<T>.None
        : member.ValueKind == JsonValueKind.Number && read(member, out T value) ? Option<T>.Some(value)
        : new FloeError.BadData(
            $"{at}: {name}", "a number of its kind, or null", member.GetRawText() is { Length: <= 40 } raw
                ? raw
                : Words(member.ValueKind), "Write the file again.");

    /// <summary>A kind of value in words.</summary>
    public static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "a JSON object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>A string's text; a lone surrogate is an error.</summary>
    public static Either<FloeError, string> Text(string at, JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : new FloeError.BadData(at, "a text", Words(element.ValueKind), "Correct the file.");
        }
        catch (InvalidOperationException)
        {
            return new FloeError.BadData(
                at, "a text in well-formed Unicode", "half of a surrogate pair", "Write the character itself, or both halves.");
        }
    }

    /// <summary>A member's name; a lone surrogate is an error.</summary>
    public static Either<FloeError, string> NameOf(string at, JsonProperty item)
    {
        try
        {
            return item.Name;
        }
        catch (InvalidOperationException)
        {
            return new FloeError.BadData(
                at, "names in well-formed Unicode", "half of a surrogate pair", "Write the character itself, or both halves.");
        }
    }
}
