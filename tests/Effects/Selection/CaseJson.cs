using System.Text.Json;
using Floe.Tests.Effects.Fixtures;

namespace Floe.Tests.Effects.Selection;

/// <summary>Reads the numbers of a fixture's case.json.</summary>
internal static class CaseJson
{
    public static JsonElement Read(params string[] path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(FixtureFolders.At(path)));
        return document.RootElement.Clone();
    }

    /// <summary>An array of numbers of any depth, flattened row-major.</summary>
    public static double[] Numbers(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Numbers)]
        : [element.GetDouble()];

    public static int[] Whole(this JsonElement element) => [.. element.Numbers().Select(n => (int)n)];

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
