using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>Whether one component of one layer carries tuned values, and if not, why.</summary>
public abstract record TuningStatus
{
    private TuningStatus()
    {
    }

    /// <summary>The masks are the solution of the tuning equations.</summary>
    /// <param name="ResidualBinary">‖A u − b‖² at u = 0, the binary masks.</param>
    /// <param name="ResidualTuned">‖A u − b‖² at the solution.</param>
    public sealed record Tuned(double ResidualBinary, double ResidualTuned) : TuningStatus;

    /// <summary>The masks stayed 0 and 1.</summary>
    /// <param name="Reason">Why: not asked for, a solution beyond 10, a system that is not positive definite.</param>
    /// <param name="ResidualBinary">‖A u − b‖² at u = 0, where there were equations and a solution.</param>
    /// <param name="ResidualRejected">‖A u − b‖² at the solution that was not taken.</param>
    public sealed record Binary(
        string Reason, Option<double> ResidualBinary = default, Option<double> ResidualRejected = default) : TuningStatus;
}

/// <summary>
/// A real-valued mask for every unit in table order (method §6): 0 where masked, 1 where kept and not tuned, the tuned value where tuned.
/// </summary>
public sealed class UnitMasks
{
    /// <summary>The reason of a component for which no tuning was asked.</summary>
    public const string NotTuned = "tuning was not asked for";

    // By layer, heads before neurons; none where the masks are 0 and 1.
    private readonly double[]?[] tuned;
    private readonly TuningStatus[] status;

    private UnitMasks(BinaryMasks binary, double[]?[] tuned, TuningStatus[] status)
    {
        Binary = binary;
        this.tuned = tuned;
        this.status = status;
    }

    /// <summary>The model's shape.</summary>
    public ModelShape Shape => Binary.Shape;

    /// <summary>Which units are kept.</summary>
    public BinaryMasks Binary { get; }

    /// <summary>m, one a unit; made anew by each call.</summary>
    public ReadOnlySpan<double> Values
    {
        get
        {
            double[] values = new double[Shape.Units];
            for (int layer = 0; layer < Shape.Layers; layer++)
            {
                Span<double> own = values.AsSpan(layer * Shape.UnitsPerLayer, Shape.UnitsPerLayer);
                OfComponent(layer, Component.Head).CopyTo(own);
                OfComponent(layer, Component.Neuron).CopyTo(own[Shape.Heads..]);
            }

            return values;
        }
    }

    /// <summary>True where at least one component is tuned.</summary>
    public bool AnyTuned => status.Any(s => s is TuningStatus.Tuned);

    /// <summary>Whether a component is tuned.</summary>
    public TuningStatus Status(int layer, Component component) => status[At(layer, component)];

    /// <summary>The masks of one component of one layer, by index.</summary>
    public ReadOnlySpan<double> OfComponent(int layer, Component component) => tuned[At(layer, component)]
        ?? Numbers(Binary.OfComponent(layer, component));

    /// <summary>Binary masks as numbers.</summary>
    public static UnitMasks Untuned(BinaryMasks binary)
    {
        TuningStatus[] status = new TuningStatus[2 * binary.Shape.Layers];
        status.AsSpan().Fill(new TuningStatus.Binary(NotTuned));
        return new UnitMasks(binary, new double[]?[status.Length], status);
    }

    /// <summary>Mean m over one component of one layer; the sum is exact.</summary>
    internal double Mean(int layer, Component component)
    {
        ReadOnlySpan<bool> kept = Binary.OfComponent(layer, component);
        return (this.tuned[At(layer, component)] is { } tuned ? ExactSum.Of(tuned) : kept.Count(true)) / kept.Length;
    }

    /// <summary>The same masks with those of one component replaced. Errors: another number of values than the component has units; a value
    /// that is not finite.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="component">Component.</param>
    /// <param name="values">m, by index.</param>
    /// <param name="status">How the values came about.</param>
    public Either<FloeError, UnitMasks> With(int layer, Component component, ReadOnlySpan<double> values, TuningStatus status)
    {
        ReadOnlySpan<bool> kept = Binary.OfComponent(layer, component);
        string where = $"layer {layer}, {(component == Component.Head ? "heads" : "neurons")}";
        if (values.Length != kept.Length)
        {
            return Left<FloeError, UnitMasks>(
                new FloeError.BadData(where, $"{kept.Length} masks", $"{values.Length}", "Give one mask for each unit."));
        }

        for (int at = 0; at < values.Length; at++)
        {
            if (!double.IsFinite(values[at]))
            {
                return Left<FloeError, UnitMasks>(
                    new FloeError.BadData(
                        $"{where}, unit {at}", "a finite mask", "one that is not", "Tune the component again, with a larger ridge."));
            }
        }

        double[]?[] tuned = [.. this.tuned];
        TuningStatus[] states = [.. this.status];
        tuned[At(layer, component)] = values.ToArray();
        states[At(layer, component)] = status;
        return Right<FloeError, UnitMasks>(new UnitMasks(Binary, tuned, states));
    }

    /// <summary>Other units kept, with these values: m of a unit that both keep, 1 for one that only the others keep. Errors: units of
    /// another shape.</summary>
    /// <param name="others">Which units are kept.</param>
    internal Either<FloeError, UnitMasks> On(BinaryMasks others) =>
        Enumerable.Range(0, status.Length).Fold(
            others.Shape == Shape
                ? Right<FloeError, UnitMasks>(Untuned(others))
                : new FloeError.BadData("masks", "units of one shape", "another", "Give masks of one model."),
            (state, at) => tuned[at] is not { } values
                ? state
                : state.Bind(masks => masks.With(at / 2, (Component)(at % 2), On(values, others, at), status[at])));

    private double[] On(double[] values, BinaryMasks others, int at)
    {
        ReadOnlySpan<bool> own = Binary.OfComponent(at / 2, (Component)(at % 2)), other = others.OfComponent(at / 2, (Component)(at % 2));
        double[] carried = Numbers(other);
        for (int unit = 0; unit < carried.Length; unit++)
        {
            carried[unit] = own[unit] && other[unit] ? values[unit] : carried[unit];
        }

        return carried;
    }

    private static int At(int layer, Component component) => (2 * layer) + (int)component;

    private static double[] Numbers(ReadOnlySpan<bool> kept)
    {
        double[] values = new double[kept.Length];
        for (int at = 0; at < values.Length; at++)
        {
            values[at] = kept[at] ? 1 : 0;
        }

        return values;
    }
}
