using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats.Gguf;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>An adapter: alone what its configuration says, with its base model the plan that the two amount to.</summary>
internal static class AdapterInspection
{
    /// <summary>A folder as PEFT or HydraLoRA saves it.</summary>
    public static Either<FloeError, JsonObject> OfFolder(string path, Option<string> model) => model.Match(
        Some: given => WithModel(path, given),
        None: () =>
            from config in AdapterConfigFile.Read(Path.Combine(path, AdapterConfigFile.Name))
            from tensors in AdapterFolders.Tensors(path)
            select Describe(config, tensors));

    /// <summary>llama.cpp's form of a LoRA.</summary>
    public static Either<FloeError, JsonObject> OfGguf(string path, GgufFile file, Option<string> model) => model.Match(
        Some: given => WithModel(path, given),
        None: () => GgufInspection.Container(file));

    private static Either<FloeError, JsonObject> WithModel(string path, string model) =>
        from config in Checkpoints.Open(model).Map(opened =>
        {
            using (opened)
            {
                return opened.Config;
            }
        })
        from adapter in AdapterFolders.Open(path, config)
        select Describe(adapter);

    private static JsonObject Describe(AdapterConfig config, IWeightSource tensors)
    {
        using (tensors)
        {
            return new JsonObject
            {
                ["kind"] = $"adapter ({config.Kind.Title})",
                ["base_model"] = config.BaseModel,
                ["rank"] = config.Rank,
                ["alpha"] = config.Alpha,
                ["experts"] = config.Experts,
                ["parameters"] = tensors.Tensors.Values.Sum(t => t.Elements),
                ["tensors"] = TensorInspection.Table(tensors.Tensors.Values),
            };
        }
    }

    private static JsonObject Describe(AdapterFolder adapter)
    {
        using (adapter)
        {
            return new JsonObject
            {
                ["kind"] = $"adapter ({adapter.Plan.Kind.Title})",
                ["base_model"] = adapter.BaseModel,
                ["alpha"] = adapter.Plan.Alpha,
                ["modules"] = JsonOutput.Array(adapter.Plan.Modules.Map(m => (JsonNode?)JsonValue.Create(m.Name()))),
                ["layers"] = JsonOutput.Array(adapter.Plan.Layers.Map(layer => (JsonNode?)new JsonObject
                {
                    ["layer"] = layer.Layer,
                    ["rank"] = layer.Rank,
                    ["experts"] = layer.Experts,
                    ["modules"] = string.Join(
                        ' ', adapter.Plan.Sites.Where(site => site.Layer == layer).Select(site => site.Module.Name())),
                })),
                ["parameters"] = adapter.Tensors.Tensors.Values.Sum(t => t.Elements),
                ["tensors"] = TensorInspection.Table(adapter.Tensors.Tensors.Values),
            };
        }
    }
}
