namespace Floe.Tests.Effects.WrongInputs;

/// <summary>The values that a parameter is given, made anew for each call.</summary>
/// <param name="Right">The value with which a function does its work.</param>
/// <param name="Wrong">Values of another shape, size or range.</param>
internal sealed record Given(Func<World, object?> Right, params (string Name, Func<World, object?> Make)[] Wrong)
{
    /// <summary>A value and others that are no value for it.</summary>
    public static Given Of(object? right, params object?[] wrong) =>
        new(_ => right, [.. wrong.Select(value => (Show(value), Same(value)))]);

    /// <summary>What belongs to the place at home; elsewhere it is of other sizes.</summary>
    public static Given Local(Func<Place, object?> value, params (string Name, Func<World, object?> Make)[] wrong) =>
        new(world =>
            value(world.Home), [("of a larger model", w => value(w.Larger)), ("of a smaller model", w => value(w.Smaller)), .. wrong]);

    private static string Show(object? value) => value switch
    {
        null => "null",
        "" => "empty",
        string text => text.Replace('\0', '0'),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        System.Collections.ICollection { Count: 0 } => "none",
        _ => value.ToString()!,
    };

    private static Func<World, object?> Same(object? value) => _ => value;
}
