using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Models;

/// <summary>
/// Sequences laid end to end, without padding: T tokens in all. Only attention looks at where a sequence ends, so no product is spent on
/// padding, and a token's values do not depend on what it is batched with.
/// </summary>
internal sealed class TokenBatch
{
    private TokenBatch(int[] ids, int[] lengths, int[] starts) => (Ids, Lengths, Starts) = (ids, lengths, starts);

    /// <summary>T token ids.</summary>
    public ReadOnlyMemory<int> Ids { get; }

    /// <summary>Length of each sequence; their sum is T.</summary>
    public ReadOnlyMemory<int> Lengths { get; }

    /// <summary>Position of each sequence's first token; 0 unless a cache holds what comes before.</summary>
    public ReadOnlyMemory<int> Starts { get; }

    /// <summary>T.</summary>
    public int Tokens => Ids.Length;

    /// <summary>Number of sequences.</summary>
    public int Sequences => Lengths.Length;

    /// <summary>Lays sequences end to end.</summary>
    /// <param name="config">The decoder that will read them.</param>
    /// <param name="sequences">Token ids; each sequence at least 1 and at most <see cref="DecoderConfig.MaxPositions"/> long, ids below
    /// V.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sequence.</returns>
    public static Either<FloeError, TokenBatch> Of(DecoderConfig config, IEnumerable<ReadOnlyMemory<int>> sequences)
    {
        ReadOnlyMemory<int>[] all = [.. sequences];
        return Create(config, all, new int[all.Length]);
    }

    /// <summary>The whole of some samples.</summary>
    /// <param name="config">The decoder that will read them.</param>
    /// <param name="samples">Tokenized samples.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sample.</returns>
    public static Either<FloeError, TokenBatch> Of(DecoderConfig config, IEnumerable<TokenizedSample> samples) =>
        Of(config, samples.Select(sample => (ReadOnlyMemory<int>)sample.Ids.ToArray()));

    /// <summary>Sequences that go on where a cache ends.</summary>
    /// <param name="config">The decoder that will read them.</param>
    /// <param name="sequences">The new tokens of each sequence.</param>
    /// <param name="starts">How many tokens of each sequence the cache holds.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sequence.</returns>
    public static Either<FloeError, TokenBatch> Create(
        DecoderConfig config, IReadOnlyList<ReadOnlyMemory<int>> sequences, IReadOnlyList<int> starts)
    {
        if (sequences.Count == 0 || starts.Count != sequences.Count)
        {
            return sequences.Count == 0
                ? new FloeError.BadData("batch", "at least one sequence", "none", "Give at least one sample.")
                : new FloeError.BadData(
                    "batch", $"{sequences.Count} starts, one a sequence", $"{starts.Count}", "Give a start for each sequence.");
        }

        for (int b = 0; b < sequences.Count; b++)
        {
            if (Fault(config, sequences[b].Span, starts[b], b) is { } fault)
            {
                return fault;
            }
        }

        int[] ids = new int[sequences.Sum(s => s.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<int> sequence in sequences)
        {
            sequence.CopyTo(ids.AsMemory(at));
            at += sequence.Length;
        }

        return new TokenBatch(ids, [.. sequences.Select(s => s.Length)], [.. starts]);
    }

    /// <summary>The same sequences with room for virtual tokens before each; their ids stand for nothing.</summary>
    /// <param name="lead">Virtual tokens.</param>
    internal TokenBatch Led(int lead) => new(
        [.. Apart().SelectMany(ids => Enumerable.Repeat(0, lead).Concat(ids))], [.. Lengths.ToArray().Select(length => lead + length)],
        Starts.ToArray());

    /// <summary>The ids of each sequence.</summary>
    internal List<int>[] Apart()
    {
        List<int>[] sequences = new List<int>[Sequences];
        for (int b = 0, at = 0; b < sequences.Length; at += Lengths.Span[b++])
        {
            sequences[b] = [.. Ids.Span.Slice(at, Lengths.Span[b])];
        }

        return sequences;
    }

    private static FloeError.BadData? Fault(DecoderConfig config, ReadOnlySpan<int> ids, int start, int sequence)
    {
        if (ids.IsEmpty || start < 0 || start > config.MaxPositions - ids.Length)
        {
            return new FloeError.BadData($"sequence {sequence}", $"1 to {config.MaxPositions} tokens, the model's context",
                $"{(long)start + ids.Length}", ids.IsEmpty ? "Drop empty samples." : "Cut the sample to the context.");
        }

        int bad = ids.IndexOfAnyExceptInRange(0, config.Vocabulary - 1);
        return bad < 0
            ? null
            : new FloeError.BadData($"sequence {sequence}, token {bad}", $"an id from 0 to {config.Vocabulary - 1}", $"{ids[bad]}",
                "Use the tokenizer that belongs to the model.");
    }
}
