using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A file of named tensors.</summary>
internal static class TensorInspection
{
    /// <summary>Names, types and shapes.</summary>
    public static Either<FloeError, JsonObject> Of(string path) => SafetensorsFile.Open(path).Map(file =>
    {
        using (file)
        {
            return new JsonObject
            {
                ["kind"] = "tensors (safetensors)",
                ["parameters"] = file.Tensors.Values.Sum(t => t.Elements),
                ["metadata"] = new JsonObject(file.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
                ["tensors"] = Table(file.Tensors.Values),
            };
        }
    });

    /// <summary>Tensors as rows.</summary>
    public static JsonArray Table(IEnumerable<StoredTensor> tensors) => JsonOutput.Array(tensors
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => new JsonObject
        {
            ["name"] = t.Name,
            ["type"] = t.StoredType,
            ["shape"] = JsonOutput.Array(t.Shape.Map(s => (JsonNode?)JsonValue.Create(s))),
        }));
}
