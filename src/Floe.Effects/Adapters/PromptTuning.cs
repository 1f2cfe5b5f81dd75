using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using LanguageExt;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>Prompt tuning; see <see cref="AdapterKind.PromptTuning"/>.</summary>
internal static class PromptTuning
{
    private static readonly string[] Keys =
    [
        "encoder_dropout", "encoder_hidden_size", "encoder_num_layers", "encoder_reparameterization_type",
        "num_attention_heads", "num_layers", "num_transformer_submodules", "num_virtual_tokens", "prompt_tuning_init",
        "prompt_tuning_init_text", "token_dim", "tokenizer_kwargs", "tokenizer_name_or_path",
    ];

    /// <summary>As PEFT stores it. Training starts with the embeddings of random tokens, as with PEFT's <c>SAMPLE_VOCAB</c>.</summary>
    public static AdapterForm Form(AdapterKind.PromptTuning kind) => new(
        new("PROMPT_TUNING", _ => ["prompt"], (config, _) => Describe(kind, config), Read)
        {
            Usual = kind.UsualModules,
            Joined = new JoinedTensor("prompt_embeddings"),

            // P-tuning's checkpoint keeps what its encoder has made.
            Also = "P_TUNING",
            OfModel = (config, _, model) =>
            {
                config["num_attention_heads"] = model.Heads;
                config["num_layers"] = model.Layers;
                config["token_dim"] = model.Hidden;
            },
        },
        () => new(
            (place, generator) => [place.Embedding!.index_select(
                0, randint(place.Embedding.size(0), [kind.Tokens], ScalarType.Int64, CPU, generator: generator).to(place.Embedding.device))
                .to(ScalarType.Float32).mul(place.EmbeddingScale).to(CPU)],
            (place, tensors) => new PromptModule(place.Trainable(tensors[0]))));

    private static void Describe(AdapterKind.PromptTuning kind, JsonObject config)
    {
        JoinedTensor.OnlyPromptKeys(config, kind.Tokens);
        config["prompt_tuning_init"] = "SAMPLE_VOCAB";
    }

    private static Either<FloeError, AdapterConfig> Read(StoredConfig file, AdapterKind said) => JoinedTensor.ReadPrompt(
        file, Keys, tokens => new AdapterKind.PromptTuning { Tokens = tokens }, said.UsualModules, Prelude.Some(Prelude.Array(0)));
}

/// <summary>Embeddings that stand before those of every sequence.</summary>
/// <param name="rows">[P, d].</param>
internal sealed class PromptModule(Parameter rows) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [rows];

    /// <inheritdoc/>
    internal override Tensor Embeddings => rows;

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training) => y;

    /// <summary>None: no weight makes tokens.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor? Merged(Tensor weight) => null;
}
