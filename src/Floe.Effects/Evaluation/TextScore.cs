using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Evaluation;

/// <summary>How well a model predicts one text.</summary>
/// <param name="Tokens">n, tokens of the text.</param>
/// <param name="Nll">Mean negative log-likelihood in nats of tokens 1 … n−1, each given what its window holds before it.</param>
/// <param name="Windows">Windows that were read; 1 where the text fits.</param>
internal sealed record TextScoreResult(int Tokens, double Nll, int Windows)
{
    /// <summary>exp(Nll).</summary>
    public double Perplexity => Math.Exp(Nll);
}

/// <summary>Scores plain text.</summary>
internal static class TextScore
{
    /// <summary>Longest window: attention's cost grows with its square.</summary>
    public const int DefaultWindow = 2048;

    /// <summary>
    /// Negative log-likelihood of a text. A text longer than the window is read in windows that overlap by half, and each token is counted
    /// once, in the first window that holds it, so that every token but those of the first half window sees at least half a window before
    /// it.
    /// </summary>
    /// <param name="model">Base weights.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="ids">Token ids of the text, at least 2.</param>
    /// <param name="window">Window in tokens, at least 2; cut to the model's context.</param>
    /// <returns>The score, or <see cref="FloeError.BadData"/> for a text that is too short.</returns>
    public static Either<FloeError, TextScoreResult> Measure(
        Decoder model, AdapterSet? adapters, ReadOnlyMemory<int> ids, int window = DefaultWindow)
    {
        if (ids.Length < 2)
        {
            return new FloeError.BadData(
                "text", "at least 2 tokens, since the first is not predicted", $"{ids.Length}", "Give a longer text.");
        }

        IReadOnlyList<TokenizedSample> windows = Windows(ids.Span, Math.Max(2, Math.Min(window, model.Config.MaxPositions)));
        return HeldOut.Measure(model, adapters, windows).Map(loss => new TextScoreResult(ids.Length, loss.Loss, windows.Count));
    }

    /// <summary>The windows of a text; each of its tokens but the first is supervised in exactly one.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="window">Window in tokens, at least 2.</param>
    internal static IReadOnlyList<TokenizedSample> Windows(ReadOnlySpan<int> ids, int window)
    {
        List<TokenizedSample> windows = [];
        int stride = Math.Max(1, window / 2);
        int counted = 1;
        for (int start = 0; counted < ids.Length; start += stride)
        {
            int end = Math.Min(start + window, ids.Length);
            bool[] supervised = new bool[end - start];
            supervised.AsSpan(counted - start).Fill(true);
            windows.Add(new TokenizedSample(toArray(ids[start..end].ToArray()), toArray(supervised)));
            counted = end;
        }

        return windows;
    }
}
