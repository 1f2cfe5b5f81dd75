using Floe.Domain;
using LanguageExt;
using Xunit;
using static Floe.Tests.Effects.Formats.Adapters.AdapterCase;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>
/// PEFT's rules of matching, one line a rule: a configuration, the modules that the tensors are of, and what comes of it.
/// </summary>
public sealed class AdapterMatchingTests
{
    private const string Ffn0 = "0: gate_proj 2/4 up_proj 2/4 down_proj 2/4";
    private const string Ffn = Ffn0 + "; 1: gate_proj 2/4 up_proj 2/4 down_proj 2/4; 2: gate_proj 2/4 up_proj 2/4 down_proj 2/4";
    private const string Usual = "0: q_proj 2/4 v_proj 2/4; 1: q_proj 2/4 v_proj 2/4; 2: q_proj 2/4 v_proj 2/4";

    /// <summary>Configuration, <c>layers modules</c> of the tensors, and the plan in words.</summary>
    public static TheoryData<string, string, string> Loads => new()
    {
        { "{}", "0 ffn", Ffn0 },
        { """{"layers_to_transform": 0}""", "0 ffn", Ffn0 },
        { """{"layers_to_transform": [0, 0]}""", "0 ffn", Ffn0 },
        { """{"layers_to_transform": []}""", "012 ffn", Ffn },
        { """{"layers_to_transform": null}""", "012 ffn", Ffn },
        { """{"layers_pattern": "layers"}""", "0 ffn", Ffn0 },
        { """{"layers_pattern": ["layers"]}""", "0 ffn", Ffn0 },
        { """{"layers_pattern": "l[a-z]+s"}""", "0 ffn", Ffn0 },
        { """{"layers_pattern": []}""", "0 ffn", Ffn0 },
        { """{"layers_pattern": ""}""", "0 ffn", Ffn0 },
        { """{"target_modules": ["mlp.up_proj"]}""", "0 up_proj", "0: up_proj 2/4" },
        { """{"target_modules": ["model.layers.1.mlp.up_proj"]}""", "1 up_proj", "1: up_proj 2/4" },
        { """{"target_modules": ["model.layers.1.mlp.up_proj", "up_proj"]}""", "01 up_proj", "0: up_proj 2/4; 1: up_proj 2/4" },
        { """{"target_modules": ["layers.1.mlp.up_proj"], "layers_to_transform": null}""", "1 up_proj", "1: up_proj 2/4" },
        {
            """{"target_modules": ["model.layers.1.mlp.up_proj", "gate_proj"]}""",
            "0 gate_proj, 1 up_proj", "0: gate_proj 2/4; 1: up_proj 2/4"
        },
        {
            """{"exclude_modules": ["layers.1.mlp.up_proj"], "layers_to_transform": [0, 1]}""",
            "0 ffn, 1 gate_proj down_proj", Ffn0 + "; 1: gate_proj 2/4 down_proj 2/4"
        },
        {
            """{"target_modules": ".*0.*(up|down)_proj|.*2.*q_proj", "layers_to_transform": null}""",
            "0 up_proj down_proj, 2 q_proj", "0: up_proj 2/4 down_proj 2/4; 2: q_proj 2/4"
        },
        { """{"target_modules": ".*\\.(q|v)_proj", "layers_to_transform": null}""", "012 q_proj v_proj", Usual },
        { """{"target_modules": ".*\\.(?P<which>q|v)_proj", "layers_to_transform": []}""", "012 q_proj v_proj", Usual },
        {
            """{"target_modules": "model\\.layers\\.0{,1}\\.mlp\\.up_proj\\Z", "layers_to_transform": null}""",
            "0 up_proj", "0: up_proj 2/4"
        },
        { """{"target_modules": "(?i).*\\.0\\..*UP_proj", "layers_to_transform": null}""", "0 up_proj", "0: up_proj 2/4" },
        { """{"target_modules": null, "layers_to_transform": null}""", "012 q_proj v_proj", Usual },
        {
            """{"target_modules": "All-Linear", "layers_to_transform": null, "exclude_modules": ["mlp.gate_proj", "up_proj", "down_proj", "k_proj", "o_proj"]}""",
            "012 q_proj v_proj", Usual
        },
        { """{"exclude_modules": ["up_proj"]}""", "0 gate_proj down_proj", "0: gate_proj 2/4 down_proj 2/4" },
        { """{"exclude_modules": ".*(gate|down)_proj"}""", "0 up_proj", "0: up_proj 2/4" },
        { """{"exclude_modules": "model.layers.[12].mlp.*", "layers_to_transform": null}""", "0 ffn", Ffn0 },
        { """{"exclude_modules": ["lm_head"]}""", "0 ffn", Ffn0 },
        { """{"exclude_modules": []}""", "0 ffn", Ffn0 },
        { """{"exclude_modules": ""}""", "0 ffn", Ffn0 },
        { """{"rank_pattern": {}, "alpha_pattern": null}""", "0 ffn", Ffn0 },
        { """{"rank_pattern": {"up_proj": 3}}""", "0 gate_proj up_proj:3 down_proj", "0: gate_proj 2/4 up_proj 3/4 down_proj 2/4" },
        { """{"rank_pattern": {"up_proj": null}}""", "0 ffn", Ffn0 },
        {
            """{"rank_pattern": {".*": 3, "up_proj": 5}}""",
            "0 gate_proj:3 up_proj:3 down_proj:3", "0: gate_proj 3/4 up_proj 3/4 down_proj 3/4"
        },
        { """{"alpha_pattern": {"layers.0.mlp.up_proj": 9, ".*": 7}}""", "0 ffn", "0: gate_proj 2/7 up_proj 2/9 down_proj 2/7" },
        { """{"alpha_pattern": {"^model.layers.0.mlp.up_proj": 2.5}}""", "0 ffn", "0: gate_proj 2/4 up_proj 2/2.5 down_proj 2/4" },
        { """{"alpha_pattern": {"gate_proj|up_proj": 1}}""", "0 ffn", "0: gate_proj 2/1 up_proj 2/1 down_proj 2/4" },
    };

    /// <summary>Configuration, and what its refusal says.</summary>
    public static TheoryData<string, string[]> Refusals => new()
    {
        { """{"layers_to_transform": [0, 3]}""", ["layers_to_transform", "from 0 to 2", "has 3", "found 3"] },
        { """{"layers_to_transform": -1}""", ["layers_to_transform", "-1"] },
        { """{"layers_to_transform": [0.5]}""", ["layers_to_transform", "0.5"] },
        { """{"layers_pattern": "blocks"}""", ["layers_pattern", "blocks"] },
        { """{"layers_pattern": ["layers", "h"]}""", ["layers_pattern", "h, which"] },
        { """{"layers_pattern": "layers", "layers_to_transform": null}""", ["layers_pattern", "layers_to_transform"] },
        { """{"target_modules": ".*up_proj"}""", ["layers_to_transform", "regular expression"] },
        { """{"target_modules": "all-linear"}""", ["layers_to_transform"] },
        { """{"target_modules": "up_proj", "layers_to_transform": null}""", ["target_modules", "up_proj", "belongs to this model"] },
        { """{"target_modules": "(up_proj", "layers_to_transform": null}""", ["target_modules", "a regular expression", "(up_proj"] },
        { """{"target_modules": ["up_proj", "foo_proj"]}""", ["target_modules", "foo_proj", "remove it", "PEFT ignores it"] },
        { """{"target_modules": ["foo_proj"]}""", ["target_modules", "foo_proj", "belongs to this model"] },
        { """{"target_modules": ["p_proj"]}""", ["target_modules", "p_proj"] },
        { """{"target_modules": []}""", ["target_modules", "an empty list"] },
        { """{"target_modules": ["up_proj", "lm_head"]}""", ["lm_head", "not supported"] },
        { """{"target_modules": ["up_proj", "embed_tokens"]}""", ["embed_tokens", "not supported"] },
        { """{"target_modules": ["mlp"]}""", ["model.layers.0.mlp", "not supported"] },
        { """{"target_modules": ".*", "layers_to_transform": null}""", ["lm_head", "not supported"] },
        { """{"exclude_modules": ["foo_proj"]}""", ["exclude_modules", "foo_proj"] },
        { """{"exclude_modules": ["up_proj", "gate_proj", "down_proj"]}""", ["none", "exclude_modules"] },
        { """{"rank_pattern": {"up_projj": 3}}""", ["rank_pattern", "up_projj", "remove it"] },
        { """{"alpha_pattern": {"layers.0.mlp.up_projj": 64}}""", ["alpha_pattern", "layers.0.mlp.up_projj"] },
        { """{"alpha_pattern": {"q_proj": 64}}""", ["alpha_pattern", "q_proj"] },
        { """{"alpha_pattern": {"layers.1.mlp.up_proj": 64}}""", ["alpha_pattern", "layers.1.mlp.up_proj"] },
        { """{"alpha_pattern": {"^up_proj": 64}}""", ["alpha_pattern", "^up_proj"] },
        { """{"rank_pattern": {"base_model.model.model.layers.0.mlp.up_proj": 3}}""", ["rank_pattern", "base_model.model"] },
        { """{"rank_pattern": {"(": 3}}""", ["rank_pattern", "a regular expression"] },
        { """{"rank_pattern": {"up_proj": 0}}""", ["rank_pattern", "up_proj", "found 0"] },
        { """{"rank_pattern": {"up_proj": 1.5}}""", ["rank_pattern", "up_proj", "1.5"] },
        { """{"r": 0}""", ["adapter_config.json: r", "from 1", "found 0"] },
    };

    [Theory]
    [MemberData(nameof(Loads))]
    public void AConfigurationAdaptsWhatPEFTAdapts(string config, string tensors, string plan) =>
        Assert.Equal(plan, Errors.Value(Open(config, modules: Parse(tensors))));

    [Theory]
    [MemberData(nameof(Refusals))]
    public void WhatMatchesNothingIsNamed(string config, string[] says)
    {
        FloeError error = Errors.Of(Open(config));
        Assert.Equal(3, error.ExitCode);
        Assert.All(says, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutNamedModulesAnArchitectureThatPEFTDoesNotKnowIsAskedForThem() =>
        Assert.Contains(
            "bloom",
            Errors.Of(Open("""{"target_modules": null}""", model: Model with { Architecture = "bloom" })).Message,
            StringComparison.Ordinal);

    /// <summary>HydraLoRA compares the ends of paths without regard to dots.</summary>
    [Fact]
    public void ATargetOfHydraLoRAIsTheTailOfAPath()
    {
        IEnumerable<(string, long[])> tensors = Of(On([0, 1, 2], "up_proj")).SelectMany(t =>
            t.Name.Contains("lora_A", StringComparison.Ordinal)
            ? [t, (t.Name.Replace("lora_A", "lora_route", StringComparison.Ordinal), new[] { 1, t.Shape[1] })]
            : new[] { (t.Name.Replace("lora_B", "lora_B0", StringComparison.Ordinal), t.Shape) });
        Assert.Equal("0: up_proj 2/4; 1: up_proj 2/4; 2: up_proj 2/4",
            Errors.Value(Open("""{"lora_nums": 1, "target_modules": ["p_proj"], "layers_to_transform": null}""", tensors)));
    }

    private static IEnumerable<(int, string, int)> Parse(string tensors)
    {
        return from part in tensors.Replace("ffn", "gate_proj up_proj down_proj", StringComparison.Ordinal).Split(", ")
               let words = part.Split(' ')
               from layer in words[0].Select(digit => digit - '0')
               from word in words.Skip(1).Select(w => w.Split(':'))
               select (layer, word[0], word.Length > 1 ? int.Parse(word[1], System.Globalization.CultureInfo.InvariantCulture) : 2);
    }
}
