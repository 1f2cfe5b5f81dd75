using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Families;
using Floe.Effects.Formats.HuggingFace;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Families;

/// <summary>What a family's file decides: which keys mean what, and which are refused.</summary>
public sealed class FamilyFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AToyFamilyIsOneFileAndOneLine()
    {
        string path = FamilyConfigs.Write(scratch, """
            {"model_type": "toy", "n_embd": 24, "n_layer": 2, "hidden_size": null, "num_hidden_layers": null, "final_logit_softcapping": 5.0}
            """);
        Assert.IsType<FloeError.Unsupported>(TinyDecoder.Left(ConfigFile.Read(path)));
        DecoderConfig config = TinyDecoder.Right(ConfigFile.Read(path, [.. ModelFamilies.All, ToyFamily.Family]));
        Assert.Equal(("toy", 24, 2, 5.0, true), (config.Architecture, config.Hidden, config.Layers, config.LogitCap, config.HeadNorms));
        TinyDecoder.With(config, (_, model) => Assert.NotNull(model.Layers[1].QueryNorm));
    }

    [Fact]
    public void APageShowsTheToyFamilyAsItIs()
    {
        string page = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "docs", "extending.md"));
        string file = File.ReadAllText(
            Path.Combine(FixtureFolders.RepositoryRoot, "tests", "Effects", "Formats", "Families", "ToyFamily.cs"));
        string family = file[file.IndexOf("    public static ModelFamily", StringComparison.Ordinal)..file.LastIndexOf('}')].TrimEnd();
        Assert.Contains(
            string.Join('\n', family.Split('\n').Select(line => line.Length > 4 ? line[4..] : "")), page, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownFamilyIsRefusedByItsNameAndTheKnownOnesAreSaid()
    {
        FloeError error = TinyDecoder.Left(ConfigFile.Read(FamilyConfigs.Write(scratch, """{"model_type": "rwkv"}""")));
        Assert.IsType<FloeError.Unsupported>(error);
        Assert.Contains("rwkv", error.Message, StringComparison.Ordinal);
        Assert.All(ModelFamilies.All, family => Assert.Contains(family.ModelType, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("llama", "sliding_window", "4096")]
    [InlineData("llama", "attn_logit_softcapping", "50.0")]
    [InlineData("llama", "query_pre_attn_scalar", "256")]
    [InlineData("llama", "attention_multiplier", "0.5")]
    [InlineData("llama", "num_local_experts", "8")]
    [InlineData("llama", "layer_types", """["sliding_attention", "full_attention", "full_attention"]""")]
    [InlineData("llama", "no_rope_layers", "[1, 1, 0]")]
    [InlineData("llama", "partial_rotary_factor", "0.5")]
    [InlineData("llama", "hidden_act", "\"gelu\"")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "dynamic", "factor": 2.0}""")]
    [InlineData("llama", "rope_parameters", """{"full_attention": {"rope_type": "default"}, "sliding_attention": {"rope_type": "default"}}""")]
    [InlineData("llama", "quantization_config", """{"bits": 4}""")]
    [InlineData("mistral", "attention_bias", "true")]
    [InlineData("qwen2", "mlp_bias", "true")]
    [InlineData("gemma", "final_logit_softcapping", "30.0")]
    [InlineData("gemma2", "use_bidirectional_attention", "true")]
    [InlineData("gemma2", "hidden_activation", "\"silu\"")]
    [InlineData("gemma2", "layer_types", """["chunked_attention", "full_attention", "full_attention"]""")]
    [InlineData("smollm3", "use_sliding_window", "true")]
    [InlineData("phi3", "rope_scaling", """{"type": "longrope", "short_factor": [1, 1, 1], "long_factor": [1, 1, 1], "short_mscale": 1.1}""")]
    public void AKeyThatChangesTheMathsIsRefusedByItsName(string family, string key, string value)
    {
        FloeError error = TinyDecoder.Left(ConfigFile.Read(FamilyConfigs.Write(scratch, $$"""{"model_type": "{{family}}", "{{key}}": {{value}}}""")));
        Assert.IsType<FloeError.Unsupported>(error is FloeError.Several several ? several.First : error);
        Assert.Contains(key == "rope_scaling" ? "rope" : key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sliding_window", "null")]
    [InlineData("attention_multiplier", "1.0")]
    [InlineData("num_experts", "0")]
    [InlineData("layer_types", """["full_attention", "full_attention", "full_attention"]""")]
    [InlineData("is_causal", "true")]
    [InlineData("use_qk_norm", "false")]
    [InlineData("transformers_version", "\"5.0\"")]
    [InlineData("some_new_note", """{"anything": 1}""")]
    public void AKeyThatDoesNothingIsRead(string key, string value) =>
        Assert.Equal(FamilyConfigs.Of("llama"), FamilyConfigs.Read($$"""{"model_type": "llama", "{{key}}": {{value}}}"""));

    [Theory]
    [InlineData("qwen3", "layer_types", """["full_attention"]""")]
    [InlineData("gemma2", "layer_types", "\"full_attention\"")]
    [InlineData("mistral", "sliding_window", "0")]
    [InlineData("mistral", "sliding_window", "\"8\"")]
    [InlineData("smollm3", "no_rope_layers", "[1, 1]")]
    [InlineData("smollm3", "no_rope_layers", "[1, 1, 2]")]
    [InlineData("gemma2", "attn_logit_softcapping", "-1")]
    [InlineData("qwen2", "num_key_value_heads", "3")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "yarn", "factor": 0}""")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "longrope", "short_factor": [1, 1], "long_factor": [1, 1, -1]}""")]
    public void AWrongValueOfAFeatureIsSaid(string family, string key, string value) =>
        Assert.NotNull(TinyDecoder.Left(ConfigFile.Read(FamilyConfigs.Write(scratch, $$"""{"model_type": "{{family}}", "{{key}}": {{value}}}"""))));

    // transformers gives an absent key the class's own value and takes null for none.
    [Fact]
    public void AbsentAndNullAreTwoThingsWhereAFamilyHasAValueOfItsOwn()
    {
        Assert.Equal([4096, 4096, 4096], FamilyConfigs.Read("""{"model_type": "mistral"}""").Windows.AsEnumerable());
        Assert.Empty(FamilyConfigs.Read("""{"model_type": "mistral", "sliding_window": null}""").Windows.AsEnumerable());
        Assert.Equal([4096, 0, 4096], FamilyConfigs.Read("""{"model_type": "gemma2"}""").Windows.AsEnumerable());
        Assert.Equal(50, FamilyConfigs.Read("""{"model_type": "gemma2"}""").AttentionCap);
        Assert.Equal(0, FamilyConfigs.Read("""{"model_type": "gemma2", "attn_logit_softcapping": null}""").AttentionCap);
        Assert.Equal(128, FamilyConfigs.Read("""{"model_type": "qwen3", "head_dim": null}""").HeadDim);
    }
}
