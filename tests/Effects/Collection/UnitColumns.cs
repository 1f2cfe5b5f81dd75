using Floe.Domain.Scores;

namespace Floe.Tests.Effects.Collection;

/// <summary>Columns in table order taken apart into heads and neurons, as fixtures store them; any number of tables after one
/// another.</summary>
internal sealed record UnitColumns(double[] Heads, double[] Neurons)
{
    public static UnitColumns Of(ModelShape shape, double[] values) => new(
        [.. values.Where((_, at) => at % shape.UnitsPerLayer < shape.Heads)],
        [.. values.Where((_, at) => at % shape.UnitsPerLayer >= shape.Heads)]);
}
