using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>
/// Texts that end an answer, while it is written piece by piece: a value that holds back what may be the beginning of one. What comes
/// before a stop is given, the stop itself is not.
/// </summary>
/// <param name="Stops">The texts; none is empty.</param>
/// <param name="Held">What is held back.</param>
internal sealed record TextStops(Arr<string> Stops, string Held = "")
{
    /// <summary>Takes a piece of text.</summary>
    /// <param name="text">The piece.</param>
    /// <returns>What can be given now, whether a stop was met, and the state after it.</returns>
    public (string Text, bool Met, TextStops Next) Push(string text)
    {
        string all = Held + text;
        int met = Stops.AsEnumerable()
            .Select(stop => all.IndexOf(stop, StringComparison.Ordinal))
            .Where(at => at >= 0)
            .DefaultIfEmpty(-1)
            .Min();
        if (met >= 0)
        {
            return (all[..met], true, this with { Held = "" });
        }

        int held = Stops.AsEnumerable().Select(stop => Overlap(all, stop)).DefaultIfEmpty(0).Max();
        return (all[..^held], false, this with { Held = all[^held..] });
    }

    // The longest beginning of a stop that the text ends with.
    private static int Overlap(string text, string stop)
    {
        int length = Math.Min(stop.Length - 1, text.Length);
        while (length > 0 && !text.EndsWith(stop[..length], StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }
}
