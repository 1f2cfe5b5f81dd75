namespace Floe.Effects.Models;

/// <summary>Cuts a list of sequences into consecutive pieces that are computed at once.</summary>
internal static class MicroBatches
{
    /// <summary>Tokens a piece aims at: enough to fill a matrix product on a CPU, and few enough that activations stay small.</summary>
    public const int DefaultTokens = 512;

    /// <summary>Consecutive pieces of at most a number of tokens; a longer sequence is a piece of its own.</summary>
    /// <typeparam name="T">A sequence.</typeparam>
    /// <param name="sequences">The sequences, in order.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="tokens">Most tokens of a piece of more than one sequence.</param>
    public static IEnumerable<IReadOnlyList<T>> ByTokens<T>(IEnumerable<T> sequences, Func<T, int> length, int tokens = DefaultTokens)
    {
        List<T> piece = [];
        int used = 0;
        foreach (T sequence in sequences)
        {
            if (piece.Count > 0 && used + length(sequence) > tokens)
            {
                yield return piece;
                (piece, used) = ([], 0);
            }

            piece.Add(sequence);
            used += length(sequence);
        }

        if (piece.Count > 0)
        {
            yield return piece;
        }
    }
}
