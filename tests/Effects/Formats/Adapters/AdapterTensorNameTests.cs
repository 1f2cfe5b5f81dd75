using Floe.Domain;
using Xunit;
using static Floe.Tests.Effects.Formats.Adapters.AdapterCase;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>Spellings of tensor names that mean the same adapter, and tensors that are named for what they are.</summary>
public sealed class AdapterTensorNameTests
{
    private const string Prefix = "base_model.model.model.";
    private const string Path = Prefix + "layers.0.mlp.up_proj.";

    /// <summary>What stands in PEFT's name, and what stands there instead.</summary>
    public static TheoryData<string, string> Spellings => new()
    {
        { "", "" },
        { "base_model.model.", "" },
        { Prefix, "" },
        { Prefix, "base_model.model." },
        { "base_model.model.", "base_model.model._orig_mod." },
        { "base_model.model.", "_orig_mod.base_model.model." },
        { "base_model.model.", "module.base_model.model." },
        { "base_model.model.", "module._orig_mod.base_model.model." },
        { "base_model.model.", "_fsdp_wrapped_module.base_model.model." },
        { "base_model.model.", "base_model.model.base_model.model." },
        { "base_model.model.model.", "base_model.model.base_model.model.base_model.model.model." },
        { "base_model.model.model.", "base_model.model.base_model.model." },
        { ".mlp.", "._fsdp_wrapped_module._checkpoint_wrapped_module.mlp." },
        { ".mlp.", "._orig_mod.mlp." },
        { ".weight", ".default.weight" },
        { ".weight", ".my_adapter.weight" },
        { ".weight", ".weight.weight" },
        { ".weight", ".module.weight" },
        { ".weight", ".lora_A.weight" },
    };

    /// <summary>A tensor beside those of the adapter, and what is said of it.</summary>
    public static TheoryData<string, string[]> Foreign => new()
    {
        { Path + "lora_A.a.b.weight", ["an adapter tensor of this name"] },
        { Path + "bias", ["a trained bias"] },
        { Path + "base_layer.weight", ["a whole weight"] },
        { "model.layers.0.mlp.up_proj.lora_a", ["MLX", "Convert it to PEFT", "transposed"] },
        { Prefix + "embed_tokens.weight", ["a trained embedding or output head", "save_embedding_layers=False"] },
        { "base_model.model.lm_head.weight", ["a trained embedding or output head"] },
        { "base_model.model.lm_head.lora_A.weight", ["an adapter on the embedding or the output head"] },
        { Prefix + "embed_tokens.lora_embedding_A", ["an adapter on the embedding or the output head"] },
        { Prefix + "layers.0.mlp.experts.0.up_proj.lora_A.weight", ["experts of a mixture"] },
        { Prefix + "layers.0.mlp.c_fc.lora_A.weight", ["an adapter tensor of this name"] },
        { Prefix + "layers.00.mlp.up_proj.lora_A.weight", ["an adapter tensor of this name"] },
        { Prefix + "layers.0.self_attn.up_proj.lora_A.weight", ["an adapter tensor of this name"] },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void AnotherSpellingIsTheSameAdapter(string usual, string other) => Assert.Equal(
        "0: gate_proj 2/4 up_proj 2/4 down_proj 2/4",
        Errors.Value(Open(rename: name => usual.Length == 0 ? name : name.Replace(usual, other, StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Foreign))]
    public void ATensorOfSomethingElseIsNamed(string name, string[] says)
    {
        FloeError error = Errors.Of(Open(tensors: Of(FeedForward(0)).Append((name, [2, 2]))));
        Assert.IsType<FloeError.Unsupported>(error);
        Assert.All(says.Prepend(name), part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lora_A3.weight", "LoRAMoE")]
    [InlineData("lora_B12.weight", "Hydra or LoRAMoE")]
    [InlineData("lora_route.weight", "Hydra or LoRAMoE")]
    [InlineData("lora_magnitude_vector", "DoRA")]
    [InlineData("ia3_l", "IA³")]
    [InlineData("lora_E", "AdaLoRA")]
    [InlineData("lora_A", "AdaLoRA")]
    public void ATensorOfAnotherKindThanTheConfigurationsIsNamed(string part, string kind)
    {
        FloeError error = Errors.Of(Open(tensors: Of(FeedForward(0)).Append((Path + part, [2, 2]))));
        Assert.IsType<FloeError.BadData>(error);
        Assert.True(error.Message.Contains($"which is of LoRA, found one of {kind}.", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void ManyTensorsOfOneFeatureAreOneLine()
    {
        FloeError error = Errors.Of(Open(rename: name => name.Replace("base_model.model.", "", StringComparison.Ordinal)
            .Replace(".lora_A.weight", ".lora_a", StringComparison.Ordinal)
            .Replace(".lora_B.weight", ".lora_b", StringComparison.Ordinal)));
        Assert.IsType<FloeError.Unsupported>(error);
        Assert.Contains("and 5 more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsWithoutElementsAreAnIncompleteSaveSaidOnce()
    {
        FloeError error = Errors.Of(Open(tensors: Of(FeedForward(0)).Select((t, i) => (t.Name, i < 4 ? [0L] : t.Shape))));
        Assert.IsType<FloeError.BadData>(error);
        Assert.All(["4 of 6", "[0]", "incomplete save"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void TwoAdaptersInOneFileAreNamed()
    {
        IEnumerable<(string, long[])> both = Of(FeedForward(0)).SelectMany(t => new[] { "first", "second" }
            .Select(name => (t.Name.Replace(".weight", $".{name}.weight", StringComparison.Ordinal), t.Shape)));
        Assert.Contains("2 adapters: first, second", Errors.Of(Open(tensors: both)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneTensorInTwoSpellingsIsRefused()
    {
        IEnumerable<(string, long[])> twice = Of(FeedForward(0))
            .SelectMany(t => new[] { t, (t.Name.Replace("base_model.", "module.base_model.", StringComparison.Ordinal), t.Shape) });
        Assert.Contains("two spellings", Errors.Of(Open(tensors: twice)).Message, StringComparison.Ordinal);
    }
}
