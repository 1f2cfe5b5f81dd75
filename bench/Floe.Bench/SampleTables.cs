using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Bench;

/// <summary>Score tables of a given size with values as wide apart as real ones: log-normal Fisher and Taylor, correlated.</summary>
internal static class SampleTables
{
    public static ModelShape SmolLm2 { get; } = new(30, 9, 3, 1_536, 576, 64);

    public static ModelShape Llama7B { get; } = new(32, 32, 32, 11_008, 4_096, 128);

    public static ModelShape Llama405B { get; } = new(126, 128, 8, 53_248, 16_384, 128);

    public static ScoreTable Of(ModelShape shape, int seed = 42)
    {
        Random random = new(seed);
        double[] fisher = new double[shape.Units], taylor = new double[shape.Units];
        for (int i = 0; i < fisher.Length; i++)
        {
            double common = Normal(random);
            bool head = shape.UnitAt(i).Component == Component.Head;
            fisher[i] = Math.Exp((1.5 * common) + Normal(random) - 12);
            taylor[i] = Math.Exp((0.5 * common) + (0.5 * Normal(random)) + (head ? 4 : 0) - 4);
        }

        return ScoreTable.Create(shape, fisher, taylor).Value();
    }

    /// <summary>Mask gradients of mini-batches, [batches, units], and the table whose Fisher scores are their sums of squares.</summary>
    public static (double[] Gradients, ScoreTable Table) WithGradients(ModelShape shape, int batches, int seed = 42)
    {
        Random random = new(seed);
        ScoreTable spread = Of(shape, seed);
        double[] gradients = new double[batches * shape.Units], fisher = new double[shape.Units];
        for (int i = 0; i < gradients.Length; i++)
        {
            int unit = i % shape.Units;
            gradients[i] = Math.Sqrt(spread.Fisher[unit]) * Normal(random);
            fisher[unit] += gradients[i] * gradients[i];
        }

        return (gradients, ScoreTable.Create(shape, fisher, spread.Taylor).Value());
    }

    public static T Value<T>(this Either<FloeError, T> result) => result.Match(Right: v => v, Left: e => throw new InvalidOperationException(e.Message));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
