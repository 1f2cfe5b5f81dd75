using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>What is looked at in a trained adapter, on text that it was not trained on, so that a policy can rank by it (method
/// §7).</summary>
internal enum LayerProbe
{
    /// <summary>Each layer off alone.</summary>
    Ablate = 0,

    /// <summary>Greedy elimination.</summary>
    Backward = 1,

    /// <summary>Greedy addition.</summary>
    Forward = 2,

    /// <summary>One gate a layer: gradient and Fisher.</summary>
    Gates = 3,

    /// <summary>Greedy elimination with training between. It changes the adapter, so it comes last.</summary>
    Progressive = 4,
}

/// <summary>Names of probes.</summary>
internal static class LayerProbes
{
    /// <summary>Each with its word, which is also the policy's name, and the column of layer statistics by which that policy knows
    /// it.</summary>
    private static readonly (LayerProbe Probe, string Word, string Column)[] Names =
    [
        (LayerProbe.Ablate, "ablate", "ablate"),
        (LayerProbe.Backward, "backward", "backward"),
        (LayerProbe.Forward, "forward", "forward"),
        (LayerProbe.Gates, "gates", GateModel.Slope),
        (LayerProbe.Progressive, "progressive", "progressive"),
    ];

    /// <summary>The words.</summary>
    public static IReadOnlyList<string> Words => [.. Names.Select(n => n.Word)];

    /// <summary>The column that ranks by a probe.</summary>
    /// <param name="probe">The probe.</param>
    public static string Column(this LayerProbe probe) => Names.First(n => n.Probe == probe).Column;

    /// <summary>The probe that a policy needs; None where it needs none.</summary>
    /// <param name="policy">The policy.</param>
    public static Option<LayerProbe> Of(Policy policy) => policy.StatisticsColumn.Bind(column =>
        Names.AsEnumerable().Filter(n => n.Column == column).Map(n => n.Probe).HeadOrNone());

    /// <summary>Reads words separated by commas. Errors: another word; one that is there twice.</summary>
    /// <param name="where">The option, for the message.</param>
    /// <param name="typed">Such as <c>ablate,gates</c>.</param>
    public static Either<FloeError, Arr<LayerProbe>> Parse(string where, string typed)
    {
        string[] words = typed.Split(',', StringSplitOptions.TrimEntries);
        return words.Distinct(StringComparer.Ordinal).Count() == words.Length && words.All(Words.Contains)
            ? toArray(words.Select(word => Names.First(n => n.Word == word).Probe))
            : new FloeError.Usage(
                where, $"each at most once of {string.Join(", ", Words)}, separated by commas", typed, "Change the list.");
    }
}
