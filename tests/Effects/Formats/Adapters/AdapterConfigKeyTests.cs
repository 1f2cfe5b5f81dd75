using Floe.Domain;
using Floe.Effects.Adapters.Stored;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static Floe.Tests.Effects.Formats.Adapters.AdapterCase;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>Every key of a configuration: what says nothing passes, what changes the adapter's meaning is refused by its name.</summary>
public sealed class AdapterConfigKeyTests
{
    /// <summary>Keys beside the usual ones that change nothing.</summary>
    public static TheoryData<string> Harmless =>
    [
        """{"use_dora": null, "lora_bias": false, "layer_replication": [], "megatron_config": {}}""",
        """{"unheard_of": null, "unheard_of_too": 0, "another": "", "one_more": false}""",
        """{"use_rslora": null, "lora_dropout": null, "bias": null, "base_model_name_or_path": null}""",
        """{"init_lora_weights": null, "lora_nums": null, "exclude_modules": null, "layers_pattern": null}""",
        """{"task_type": "CAUSAL_LM", "inference_mode": true, "peft_version": "0.18.1", "revision": "main"}""",
        """{"auto_mapping": {"base_model_class": "LlamaForCausalLM", "parent_library": "transformers.models.llama.modeling_llama"}}""",
        """{"megatron_core": "megatron.core", "qalora_group_size": 16, "ensure_weight_tying": true}""",
        """{"runtime_config": {"ephemeral_gpu_offload": true}}""",
        """{"loftq_config": {"loftq_bits": 4}, "eva_config": {"rho": 2.0}, "corda_config": {"corda_method": "ipm"}}""",
        """{"lora_ga_config": {"scale": "unit"}, "merge_weights": true}""",
        """{"fan_in_fan_out": true}""",
        """{"init_lora_weights": true}""",
        """{"init_lora_weights": false}""",
        """{"init_lora_weights": "gaussian"}""",
        """{"init_lora_weights": "eva"}""",
        """{"init_lora_weights": "orthogonal"}""",
        """{"init_lora_weights": "MiCA"}""",
        """{"bias": "all"}""",
        """{"bias": "lora_only"}""",
    ];

    /// <summary>A key that is set, and what its refusal says.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { """{"use_dora": true, "lora_nums": 2}""", "DoRA with several experts" },
        { """{"lora_bias": true}""", "bias on B" },
        { """{"use_qalora": true}""", "QALoRA" },
        { """{"layer_replication": [[0, 2], [1, 3]]}""", "replicated layers" },
        { """{"megatron_config": {"tp": 2}}""", "Megatron" },
        { """{"alora_invocation_tokens": [1, 2]}""", "activated LoRA" },
        { """{"target_parameters": ["mlp.experts.gate_up_proj"]}""", "bare parameters" },
        { """{"trainable_token_indices": [5]}""", "trainable tokens" },
        { """{"modules_to_save": ["lm_head"]}""", "whole modules" },
        { """{"arrow_config": {"top_k": 3}}""", "Arrow" },
        { """{"kasa_config": {"beta": 1}}""", "KaSA" },
        { """{"velora_config": {"num_groups": 2}}""", "VeLoRA" },
        { """{"monteclora_config": {"num_samples": 2}}""", "MonteCLoRA" },
        { """{"use_bdlora": {"nblocks": 2}}""", "BD-LoRA" },
        { """{"enable_lora": [true, false]}""", "fused weight" },
        { """{"init_lora_weights": "pissa"}""", "path_initial_model_for_weight_conversion" },
        { """{"init_lora_weights": "pissa_niter_16"}""", "pissa_niter_16" },
        { """{"init_lora_weights": "OLoRA"}""", "olora" },
        { """{"init_lora_weights": "corda"}""", "corda" },
        { """{"init_lora_weights": "loftq"}""", "loftq" },
        { """{"init_lora_weights": "lora_ga"}""", "lora_ga" },
        { """{"init_lora_weights": "zeros"}""", "zeros" },
        { """{"bias": "some"}""", "bias" },
        { """{"unheard_of": 1}""", "unheard_of" },
        { """{"unheard_of": [0]}""", "unheard_of" },
        { """{"lora_nums": 2, "fan_in_fan_out": true}""", "transposed weights" },
        { """{"peft_type": "VERA"}""", "VERA" },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public void AKeyThatChangesNothingPasses(string config) =>
        Assert.Equal("0: gate_proj 2/4 up_proj 2/4 down_proj 2/4", Errors.Value(Open(config)));

    [Theory]
    [MemberData(nameof(Refused))]
    public void AKeyThatChangesTheAdapterIsRefusedByName(string config, string says)
    {
        FloeError error = Errors.Of(Open(config));
        Assert.IsType<FloeError.Unsupported>(error);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RankAndAlphaAre8WhereNothingIsSaid() => Assert.Equal("0: up_proj 8/8",
        Errors.Value(Open("""{"r": null, "lora_alpha": null, "target_modules": ["up_proj"]}""", modules: [(0, "up_proj", 8)])));

    [Fact]
    public void TrainedBiasesAreRefusedWhereTheBaseModelHasBiases() =>
        Assert.Contains(
            "trained biases",
            Errors.Of(Open("""{"bias": "all"}""", model: Model with { AttentionBias = true })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void AllThatIsRefusedIsSaidAtOnce()
    {
        string message = Errors.Of(Open("""{"use_qalora": true, "lora_bias": true, "unheard_of": 1}""")).Message;
        Assert.All(["use_qalora", "lora_bias", "unheard_of"], key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    /// <summary>
    /// Configurations of PEFT's own comparison of methods: LoRA, DoRA and IA³ are read, each other method is refused by its name.
    /// </summary>
    [Fact]
    public void ConfigurationsThatOthersWroteAreReadOrRefusedByName()
    {
        string folder = Path.Combine(FixtureFolders.Assets, "peft", "configs");
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
        {
            Either<FloeError, AdapterConfig> read = AdapterConfigFile.Read(path);
            string name = Path.GetFileName(path), method = name[..name.IndexOf('_', StringComparison.Ordinal)];
            string? variant = new[] { "kasa", "bdlora" }.FirstOrDefault(v => name.Contains(v, StringComparison.Ordinal));
            string? refusal = method is "lora" or "ia3" or "adalora" or "prefixtuning" or "prompt" or "ptuning" ? variant : "peft_type";
            Assert.True(read.IsLeft == refusal is not null, name);
            Assert.True(refusal is null || Errors.Of(read).Message.Contains(refusal, StringComparison.OrdinalIgnoreCase), name);
        }
    }
}
