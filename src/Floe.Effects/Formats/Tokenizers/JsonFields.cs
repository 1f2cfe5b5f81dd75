using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>Typed reads of the fields that tokenizer files have.</summary>
internal static class JsonFields
{
    private const int LargestId = (1 << 30) - 1;

    /// <summary>A token id: a whole number from 0 to 2³⁰ − 1.</summary>
    public static Either<FloeError, int> Id(string at, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int id) && id is >= 0 and <= LargestId
            ? id
            : new FloeError.BadData(at, $"a token id from 0 to {LargestId}", Shown(element), "Correct the file.");

    /// <summary>A count that may be missing.</summary>
    public static Either<FloeError, int> Count(string at, JsonElement parent, string name) =>
        JsonText.Has(parent, name, out JsonElement element) ? Id($"{at}: {name}", element) : 0;

    /// <summary>A Boolean that may be missing or null.</summary>
    public static Either<FloeError, bool> Flag(string at, JsonElement parent, string name, bool missing) =>
        !JsonText.Has(parent, name, out JsonElement element) ? missing
        : element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean()
        : new FloeError.BadData($"{at}: {name}", "true or false", Shown(element), "Correct the file.");

    /// <summary>A required string.</summary>
    public static Either<FloeError, string> Text(string at, JsonElement parent, string name) =>
        JsonText.Member(at, parent, name, JsonValueKind.String).Bind(element => JsonText.Text($"{at}: {name}", element));

    /// <summary>An element as a short text for a message.</summary>
    public static string Shown(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => element.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : element.GetRawText(),
    };
}
