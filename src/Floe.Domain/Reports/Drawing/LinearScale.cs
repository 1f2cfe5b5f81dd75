namespace Floe.Domain.Reports.Drawing;

/// <summary>A straight line from values to positions. Strictly monotone whenever both of its intervals are not empty.</summary>
/// <param name="Low">The value at <paramref name="Start"/>.</param>
/// <param name="High">The value at <paramref name="End"/>; where it equals <paramref name="Low"/>, every value lies in the middle.</param>
/// <param name="Start">Position of the low value, in pixels.</param>
/// <param name="End">Position of the high value, in pixels; below <paramref name="Start"/> for an axis that points up.</param>
internal readonly record struct LinearScale(double Low, double High, double Start, double End)
{
    /// <summary>The position of a value.</summary>
    public double At(double value) =>
        High == Low ? (Start + End) / 2 : Start + ((value - Low) / (High - Low) * (End - Start));
}
