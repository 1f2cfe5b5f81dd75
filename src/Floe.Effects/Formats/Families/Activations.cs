namespace Floe.Effects.Formats.Families;

/// <summary>The names of activations in configurations.</summary>
internal static class Activations
{
    // Gemma's early files say gelu and mean its tanh form, as transformers reads them.
    private static readonly Dictionary<GateActivation, string[]> Names = new()
    {
        [GateActivation.Silu] = ["silu", "swish"],
        [GateActivation.GeluTanh] = ["gelu_pytorch_tanh", "gelu_new", "gelu"],
    };

    /// <summary>The name that transformers writes.</summary>
    public static string NameOf(GateActivation activation) => Names[activation][0];

    /// <summary>Notes an activation that is not the family's. <c>hidden_activation</c> counts before <c>hidden_act</c>.</summary>
    /// <param name="read">The settings.</param>
    /// <param name="family">The family's activation.</param>
    public static void Check(Settings read, GateActivation family)
    {
        string key = read["hidden_activation"] is Setting.Absent ? "hidden_act" : "hidden_activation";
        string named = read.Text(key, NameOf(family));
        read.Refuse(
            !Names[family]
                .Contains(named), key, $"the activation {(named.Length <= 60 ? named : named[..60])}", string.Join(", ", Names[family]));
    }
}
