using Floe.Domain;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Continues prompts, several at a time, with a key/value cache.</summary>
internal static class Generation
{
    /// <summary>
    /// Continues every prompt until a stop token or the limit. Prompts may be of different lengths; the answer to one does not depend on
    /// the others when it is greedy.
    /// </summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="prompts">Token ids, each at least 1 long; with the new tokens at most the model's context.</param>
    /// <param name="options">How.</param>
    /// <param name="observe">Called with (step, logits [B, V]) before each choice; the tensor is freed afterwards.</param>
    /// <param name="taken">Called with each new token that becomes part of an answer, and the number of its prompt; true ends that
    /// answer.</param>
    /// <returns>New token ids of each prompt, the stopping token included; or the first error.</returns>
    public static Either<FloeError, IReadOnlyList<IReadOnlyList<int>>> Run(
        Decoder model,
        IDecoderAdapter? adapters,
        IReadOnlyList<ReadOnlyMemory<int>> prompts,
        GenerationOptions options,
        Action<int, Tensor>? observe = null,
        Func<int, int, bool>? taken = null)
    {
        if (prompts.Count == 0 || options.MaxTokens < 1 || options.Temperature < 0.0 || !(options.TopP > 0.0 && options.TopP <= 1.0)
            || options.TopK < 0
                || !(options.MinP >= 0.0 && options.MinP <= 1.0)
                || !(options.RepetitionPenalty > 0.0 && double.IsFinite(options.RepetitionPenalty)))
        {
            return new FloeError.Usage(
                "generate",
                "a prompt, at least 1 new token, a temperature and top-k of at least 0, top-p in (0, 1], min-p in [0, 1], a repetition "
                    + "penalty above 0",
                $"{prompts.Count} prompts, {options.MaxTokens} tokens, temperature {options.Temperature}, top-k {options.TopK}, top-p "
                    + $"{options.TopP}, "
                    + $"min-p {options.MinP}, penalty {options.RepetitionPenalty}",
                "Correct the options.");
        }

        int longest = prompts.Max(p => p.Length), lead = adapters?.Lead ?? 0;
        return lead + longest + options.MaxTokens - 1 > model.Config.MaxPositions
            ? new FloeError.BadData("generate", $"at most {model.Config.MaxPositions} tokens, the model's context",
                $"{(lead > 0 ? $"{lead} virtual tokens, " : "")}a prompt of {longest} and {options.MaxTokens} new ones",
                "Shorten the prompt or lower the number of new tokens.")
            : TokenBatch.Of(model.Config, prompts).Bind(batch =>
                Adapted.Bind("generate", model, adapters, () => Continue(model, adapters, batch, options, longest, observe, taken)));
    }

    private static Either<FloeError, IReadOnlyList<IReadOnlyList<int>>> Continue(
        Decoder model, IDecoderAdapter? adapters, TokenBatch prompts, GenerationOptions options, int longest, Action<int, Tensor>? observe,
            Func<int, int, bool>? taken)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using KvCache cache = KvCache.Empty(model, prompts.Sequences, (adapters?.Lead ?? 0) + longest + options.MaxTokens);
        using Generator generator = new(options.Seed, CPU);
        List<int>[] answers = [.. Enumerable.Range(0, prompts.Sequences).Select(_ => new List<int>())];
        bool[] ended = new bool[prompts.Sequences];
        List<int>[] read = prompts.Apart();
        TokenBatch batch = prompts;
        for (int step = 0; ; step++)
        {
            if (Step(model, adapters, batch, cache, logits =>
            {
                observe?.Invoke(step, logits);
                return Sampling.Choose(logits, read, options, generator);
            }).Failed(out FloeError? wrong, out int[]? next))
            {
                return wrong;
            }

            for (int b = 0; b < next.Length; b++)
            {
                read[b].Add(next[b]);
                if (!ended[b])
                {
                    answers[b].Add(next[b]);
                    ended[b] = (taken?.Invoke(b, next[b]) ?? false) || Finished(answers[b], options);
                }
            }

            if (System.Array.TrueForAll(ended, end => end))
            {
                return answers;
            }

            // Virtual embeddings are in the cache as tokens are; keys and values before the sequence are not.
            int beside = adapters?.Embeddings is null ? adapters?.Lead ?? 0 : 0;
            if (Following(model, read, cache, beside).Failed(out FloeError? error, out TokenBatch? following))
            {
                return error;
            }

            batch = following;
        }
    }

    // One token a sequence; the whole of all where one of them comes to turn by other frequencies, which the keys in the cache did not.
    private static Either<FloeError, TokenBatch> Following(Decoder model, List<int>[] read, KvCache cache, int lead) =>
        cache.Lengths.Any(length => lead + length + 1 == model.Rotary.LongFrom)
            ? TokenBatch.Of(model.Config, read.Select(ids => (ReadOnlyMemory<int>)ids.ToArray()))
            : TokenBatch.Create(model.Config, [.. read.Select(ids => (ReadOnlyMemory<int>)new[] { ids[^1] })], cache.Lengths);

    private static bool Finished(List<int> answer, GenerationOptions options) =>
        answer.Count == options.MaxTokens || (answer.Count > 0 && options.Stops.Contains(answer[^1]));

    private static Either<FloeError, int[]> Step(
        Decoder model, IDecoderAdapter? adapters, TokenBatch batch, KvCache cache, Func<Tensor, Either<FloeError, int[]>> choose)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchTensors tensors = BatchTensors.Of(model, batch);
        Tensor hidden = DecoderPass.Run(model, tensors, adapters, cache: cache);
        int[] last = new int[batch.Sequences];
        for (int b = 0, end = 0; b < last.Length; b++)
        {
            end += batch.Lengths.Span[b];
            last[b] = end - 1;
        }

        return choose(DecoderPass.Logits(model, hidden, last));
    }
}
