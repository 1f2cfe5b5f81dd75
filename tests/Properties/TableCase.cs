using System.Globalization;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Tests.Properties;

/// <summary>A small score table and a budget, as plain data that a counter-example can show.</summary>
public sealed record TableCase(int Layers, int Heads, int Neurons, double[] Fisher, double[] Taylor, double Rho)
{
    public ModelShape Shape => new(Layers, Heads, Heads, Neurons, 8, 4);

    public ScoreTable Table => ScoreTable.Create(Shape, Fisher, Taylor).IfLeft(e => throw new InvalidOperationException(e.Message));

    public UnitOrder Order => UnitOrder.Of(Table);

    public double Cost => Rho * Table.TotalCost;

    public bool IsHead(int unit) => unit % (Heads + Neurons) < Heads;

    public string Size => $"{Layers} layers, {(Fisher.Length <= 6 ? "up to 6" : Fisher.Length <= 12 ? "up to 12" : "more than 12")} units";

    /// <summary>The case with its units in another order: unit i of the result is unit <paramref name="from"/>[i] of this one.</summary>
    public TableCase Permuted(int[] from) => this with
    {
        Fisher = [.. from.Select(u => Fisher[u])],
        Taylor = [.. from.Select(u => Taylor[u])],
    };

    public bool IsValid => ScoreTable.Create(Shape, Fisher, Taylor).IsRight;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
            $"{Layers} layers of {Heads} heads and {Neurons} neurons, rho {Rho:R}\n  fisher {Join(Fisher)}\n  taylor {Join(Taylor)}");

    private static string Join(double[] values) => string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
