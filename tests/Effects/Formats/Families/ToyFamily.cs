using Floe.Effects.Formats.Families;

namespace Floe.Tests.Effects.Formats.Families;

/// <summary>LLaMA under other words: the whole of what a new family costs. docs/extending.md shows this file.</summary>
internal static class ToyFamily
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("toy", "ToyForCausalLM")
    {
        Words = new Dictionary<string, string> { ["hidden_size"] = "n_embd", ["num_hidden_layers"] = "n_layer" },
        Defaults = new FamilyDefaults { EqualHeads = true, Positions = 512 },
        Keys = ["final_logit_softcapping"],
        Features = (read, config) => config with { HeadNorms = true, LogitCap = read.NonNegative("final_logit_softcapping", 0) },
        Write = (config, json) => json["final_logit_softcapping"] = config.LogitCap,
    };
}
