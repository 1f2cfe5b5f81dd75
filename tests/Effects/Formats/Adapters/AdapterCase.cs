using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>An adapter folder made for a test: LoRA of rank 2 and α 4 on the FFN of layer 0, changed as the test says.</summary>
internal static class AdapterCase
{
    /// <summary>Three layers, every width its own number, so that no two can be mixed up.</summary>
    public static DecoderConfig Model { get; } =
        new("llama", 40, 16, 3, 4, 2, 6, 20, 32, 1e-5, 10000, new RopeScaling.None(), true, false, false);

    /// <summary>
    /// Opens a folder that is gone afterwards: what it adapts in words, <c>0: gate_proj 2/4</c> (r/α, and experts), or the error.
    /// </summary>
    /// <param name="config">Keys that replace those of the configuration; null removes one.</param>
    /// <param name="tensors">Stored names and shapes; none for those that the configuration of <paramref name="modules"/> asks for.</param>
    /// <param name="modules">Layers and modules that the tensors are of, each with its rank.</param>
    /// <param name="rename">Changes a stored name.</param>
    /// <param name="model">The base model.</param>
    public static Either<FloeError, string> Open(
        string config = "{}", IEnumerable<(string Name, long[] Shape)>? tensors = null,
        IEnumerable<(int Layer, string Module, int Rank)>? modules = null,
        Func<string, string>? rename = null, DecoderConfig? model = null)
    {
        string folder = Directory.CreateTempSubdirectory("floe-adapter-").FullName;
        try
        {
            Write(folder, config, tensors ?? Of(modules ?? FeedForward(0)), rename ?? (name => name));
            return AdapterFolders.Open(folder, model ?? Model).Map(Words);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The seven linear layers of some layers, each of rank 2.</summary>
    public static IEnumerable<(int Layer, string Module, int Rank)> All(params int[] layers) =>
        On(layers, [.. Projections.All.Select(module => module.Name())]);

    /// <summary>gate, up and down of some layers, each of rank 2.</summary>
    public static IEnumerable<(int Layer, string Module, int Rank)> FeedForward(params int[] layers) =>
        On(layers, "gate_proj", "up_proj", "down_proj");

    /// <summary>Some modules of some layers, each of rank 2.</summary>
    public static IEnumerable<(int Layer, string Module, int Rank)> On(int[] layers, params string[] modules) =>
        from layer in layers from module in modules select (layer, module, 2);

    /// <summary>The tensors of LoRA on modules, under PEFT's names.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(IEnumerable<(int Layer, string Module, int Rank)> modules) =>
        from m in modules
        let module = Projections.Named(m.Module).IfNone(Projection.Query)
        let size = (Out: module.Output(Model.Shape), In: module.Input(Model.Shape))
        let path = $"base_model.model.{DecoderLayout.PathOf(m.Layer, module)}"
        from tensor in new[] { ($"{path}.lora_A.weight", new[] { m.Rank, size.In }), ($"{path}.lora_B.weight", new[] { size.Out, m.Rank }) }
        select tensor;

    private static void Write(string folder, string config, IEnumerable<(string Name, long[] Shape)> tensors, Func<string, string> rename)
    {
        JsonObject merged = new()
        {
            ["peft_type"] = "LORA",
            ["r"] = 2,
            ["lora_alpha"] = 4,
            ["target_modules"] = new JsonArray("gate_proj", "up_proj", "down_proj"),
            ["layers_to_transform"] = new JsonArray(0),
        };
        foreach ((string key, JsonNode? value) in JsonNode.Parse(config)!.AsObject())
        {
            merged[key] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(folder, AdapterConfigFile.Name), merged.ToJsonString());
        Errors.Value(SafetensorsWriter.Write(
            Path.Combine(folder, AdapterFolders.TensorFile),
            tensors.Select(t => OutgoingTensor.Float32(
                rename(t.Name), new Arr<long>(t.Shape), () => new float[t.Shape.Aggregate(1L, (a, b) => a * b)])),
            new Dictionary<string, string>()));
    }

    private static string Words(AdapterPlan plan, LayerAdapter layer, Projection module) =>
        $"{module.Name()} {plan.RankOf(layer, module)}/{plan.ScaleOf(layer, module) * plan.RankOf(layer, module):0.###}";

    private static string Words(AdapterFolder adapter)
    {
        using (adapter)
        {
            return string.Join("; ", adapter.Plan.Sites.GroupBy(site => site.Layer.Layer)
                .Select(layer => $"{layer.Key}: {string.Join(' ', layer.Select(site => Words(adapter.Plan, site.Layer, site.Module)))}"));
        }
    }
}
