using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Tables;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A Parquet table: Floe's own or any other.</summary>
internal static class TableInspection
{
    /// <summary>Its columns and metadata; no value is read.</summary>
    public static Either<FloeError, JsonObject> Of(string path) => ParquetTable.Read<JsonObject>(path, table => new JsonObject
    {
        ["kind"] = table.Metadata.TryGetValue("floe.format", out string? format) ? $"table ({format})" : "table",
        ["rows"] = table.Rows,
        ["metadata"] = new JsonObject(table.Metadata.Where(m => m.Key.StartsWith("floe.", StringComparison.Ordinal))
            .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        ["columns"] = JsonOutput.Array(table.Columns.AsEnumerable().Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["type"] = c.Type,
            ["nullable"] = c.IsNullable,
            ["readable"] = !c.IsNested,
        })),
    });
}
