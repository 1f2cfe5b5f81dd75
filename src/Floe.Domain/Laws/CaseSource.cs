using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>
/// Small tables for laws, the same for the same seed on every platform: one to three layers, up to forty units, scores with many ties,
/// whole eighths, plain fractions, many magnitudes, or nearly all zero. With a user's table the scores are cut from it instead.
/// </summary>
internal sealed class CaseSource
{
    private const int MostLayers = 3;
    private const int MostHeads = 4;
    private const int MostNeurons = 9;
    private readonly Option<ScoreTable> own;
    private SplitMix64 generator;

    /// <summary>A source that starts at a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="own">A table whose rows are used in place of drawn scores.</param>
    public CaseSource(ulong seed, Option<ScoreTable> own)
    {
        generator = new SplitMix64(seed);
        this.own = own;
    }

    /// <summary>The next case; a draw that is no score table (no head or no neuron costs anything) is drawn again.</summary>
    public LawCase Next()
    {
        while (true)
        {
            Option<LawCase> drawn = own.Match(Some: Cut, None: Drawn);
            foreach (LawCase found in drawn)
            {
                return found;
            }
        }
    }

    private Option<LawCase> Drawn()
    {
        ModelShape shape = Shape(MostLayers, MostHeads, MostNeurons);
        double[] fisher = Column(shape.Units);
        double[] taylor = Column(shape.Units);
        if (Below(3) == 0)
        {
            Twins(shape, fisher, taylor);
        }

        return LawCase.Create(shape, fisher, taylor, Rho()).ToOption();
    }

    // Rows of a few layers, heads and neurons of the user's table.
    private Option<LawCase> Cut(ScoreTable table)
    {
        ModelShape whole = table.Shape;
        ModelShape shape = Shape(
            Math.Min(MostLayers, whole.Layers), Math.Min(MostHeads, whole.Heads), Math.Min(MostNeurons, whole.Neurons));
        double[] fisher = new double[shape.Units];
        double[] taylor = new double[shape.Units];
        for (int unit = 0; unit < fisher.Length; unit++)
        {
            Component component = shape.UnitAt(unit).Component;
            int index = Below(component == Component.Head ? whole.Heads : whole.Neurons);
            int row = whole.IndexOf(new UnitId(Below(whole.Layers), component, index));
            (fisher[unit], taylor[unit]) = (table.Fisher[row], table.Taylor[row]);
        }

        return LawCase.Create(shape, fisher, taylor, Rho()).ToOption();
    }

    private ModelShape Shape(int layers, int heads, int neurons)
    {
        int h = 1 + Below(heads);
        return new ModelShape(1 + Below(layers), h, h, 1 + Below(neurons), 0, 0);
    }

    private double[] Column(int units)
    {
        int kind = Below(5);
        double[] values = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            values[unit] = kind switch
            {
                0 => Below(5),
                1 => Below(401) / 8.0,
                2 => (1 + Below(1_000_000)) / 999_983.0,
                3 => Math.ScaleB(1 + Below(int.MaxValue - 1), Below(81) - 71),
                _ => Below(6) == 0 ? 1 + Below(3) : 0,
            };
        }

        return values;
    }

    // Every other unit becomes a copy of the one before it in its component: ties in both scores at once.
    private void Twins(ModelShape shape, double[] fisher, double[] taylor)
    {
        for (int unit = 1; unit < fisher.Length; unit++)
        {
            if (shape.UnitAt(unit).Index > 0 && Below(2) == 0)
            {
                (fisher[unit], taylor[unit]) = (fisher[unit - 1], taylor[unit - 1]);
            }
        }
    }

    private double Rho() => Below(10) switch
    {
        0 => 0,
        1 => 1,
        _ => Below(1001) / 1000.0,
    };

    private int Below(int bound)
    {
        (int value, generator) = generator.NextBelow(bound);
        return value;
    }
}
