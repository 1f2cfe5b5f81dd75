using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>What the result files of a run have in common: indented JSON whose numbers are the shortest that read back the same.</summary>
internal static class ResultJson
{
    private const int Limit = 1 << 26;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes an object, whole or not at all.</summary>
    public static Either<FloeError, Unit> Write(string path, string format, Action<Utf8JsonWriter> members) =>
        AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter writer = new(stream, Layout);
        writer.WriteStartObject();
        writer.WriteString("floe.format", format);
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Reads an object of a format.</summary>
    public static Either<FloeError, JsonElement> Read(string path, string format) =>
        from root in JsonText.ReadObject(path, Limit)
        from stored in Text(path, root, "floe.format")
        from checkedFormat in stored == format
            ? Right<FloeError, Unit>(unit)
            : new FloeError.BadData($"{path}: floe.format", format, stored, "Write the file again with this version.")
        select root;

    /// <summary>Writes a number, or null where there is none or it is not finite.</summary>
    public static void Number(Utf8JsonWriter writer, string name, Option<double> value) => value.Filter(double.IsFinite).Match(
        v => writer.WriteNumber(name, v),
        () => writer.WriteNull(name));

    /// <summary>Writes a whole number, or null.</summary>
    public static void Whole(Utf8JsonWriter writer, string name, Option<long> value) =>
        value.Match(v => writer.WriteNumber(name, v), () => writer.WriteNull(name));

    /// <summary>Writes a string, or null.</summary>
    public static void Text(Utf8JsonWriter writer, string name, Option<string> value) =>
        value.Match(v => writer.WriteString(name, v), () => writer.WriteNull(name));

    /// <summary>A member that is a string, null or absent.</summary>
    public static Either<FloeError, Option<string>> TextOrNone(string at, JsonElement parent, string name) =>
        !JsonText.Has(parent, name, out JsonElement member)
            ? Right<FloeError, Option<string>>(None)
            : Text(at, parent, name).Map(Some);

    /// <summary>A member that is a string.</summary>
    public static Either<FloeError, string> Text(string at, JsonElement parent, string name) =>
        JsonText.Member(at, parent, name, JsonValueKind.String).Bind(m => JsonText.Text($"{at}: {name}", m));

    /// <summary>A member that must be a number.</summary>
    public static Either<FloeError, double> Needed(string at, JsonElement parent, string name) =>
        JsonText.Number(at, parent, name)
            .Bind(v => v.ToEither<FloeError>(new FloeError.BadData(at, $"a number {name}", "none", "Write the file again.")));

    /// <summary>A layer index or another small count inside an array.</summary>
    public static Either<FloeError, Arr<int>> Integers(string at, JsonElement parent, string name) =>
        JsonText.Member(at, parent, name, JsonValueKind.Array).Bind(array => array.EnumerateArray().ToArray() is var items
            && System.Array.TrueForAll(items, i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out _))
                ? Right<FloeError, Arr<int>>(toArray(items.Select(i => i.GetInt32())))
                : new FloeError.BadData($"{at}: {name}", "whole numbers", array.GetRawText(), "Write the file again."));
}
