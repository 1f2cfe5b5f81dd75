using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats;
using LanguageExt;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>Prefix tuning; see <see cref="AdapterKind.PrefixTuning"/>.</summary>
internal static class PrefixTuning
{
    private const string LayersKey = "layers_to_transform";

    private static readonly string[] Keys =
    [
        "encoder_hidden_size", "init_weights", LayersKey, "num_attention_heads", "num_layers", "num_transformer_submodules",
        "num_virtual_tokens", "prefix_projection", "token_dim",
    ];

    /// <summary>
    /// As PEFT stores it: all keys and values in one tensor, layer by layer, whether they were trained through a projection or not.
    /// <c>layers_to_transform</c> is Floe's own key, for a prefix in some layers. Training starts with normal values, as PEFT's does.
    /// </summary>
    public static AdapterForm Form(AdapterKind.PrefixTuning kind) => new(
        new("PREFIX_TUNING", _ => ["prefix"], (config, _) => Describe(kind, config), Read)
        {
            Usual = kind.UsualModules,
            Joined = new JoinedTensor("prompt_embeddings"),
            OfModel = OfModel,
        },
        () => new(
            (place, generator) =>
                [empty(kind.Tokens, place.Site.Module.Output(place.Site.Shape), ScalarType.Float32, CPU).normal_(0, 1, generator)],
            (place, tensors) => new PrefixModule(place.Trainable(tensors[0]))));

    private static void Describe(AdapterKind.PrefixTuning kind, JsonObject config)
    {
        JoinedTensor.OnlyPromptKeys(config, kind.Tokens);
        config["prefix_projection"] = false;
    }

    private static void OfModel(JsonObject config, AdapterPlan plan, DecoderConfig model)
    {
        config["num_attention_heads"] = model.KvHeads;
        config["num_layers"] = model.Layers;
        config["token_dim"] = model.KvHeads * model.HeadDim;
        if (plan.Layers.Count < model.Layers)
        {
            config[LayersKey] = new JsonArray([.. plan.Layers.Map(layer => (JsonNode?)layer.Layer)]);
        }
    }

    private static Either<FloeError, AdapterConfig> Read(StoredConfig file, AdapterKind said) => JoinedTensor.ReadPrompt(
        file, Keys, tokens => new AdapterKind.PrefixTuning { Tokens = tokens }, said.UsualModules, Option<Arr<int>>.None);
}

/// <summary>Rows that stand before those of every sequence.</summary>
/// <param name="rows">[P, out].</param>
internal sealed class PrefixModule(Parameter rows) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [rows];

    /// <inheritdoc/>
    internal override Tensor Before => rows;

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training) => y;

    /// <summary>None: no weight makes a key that is there whatever the input is.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor? Merged(Tensor weight) => null;
}
