using Floe.Domain;
using Floe.Effects.Engine;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>How the next token is chosen.</summary>
/// <param name="MaxTokens">Most new tokens of a sequence.</param>
/// <param name="Stops">Token ids that end a sequence; the stopping token is part of the result.</param>
/// <param name="Temperature">0 takes the largest logit; above 0 samples from softmax(logits / temperature).</param>
/// <param name="TopP">Samples only from the smallest set of most likely tokens whose probability reaches this share; 1 from all.</param>
/// <param name="Seed">Seed of the generator that samples.</param>
internal sealed record GenerationOptions(
    int MaxTokens, IReadOnlySet<int> Stops, double Temperature = 0.0, double TopP = 1.0, ulong Seed = 0)
{
    /// <summary>Samples only from so many of the most likely tokens; 0 from all.</summary>
    public int TopK { get; init; }

    /// <summary>Samples only from tokens at least this share as likely as the likeliest; 0 from all.</summary>
    public double MinP { get; init; }

    /// <summary>Positive logits of tokens that were read or written are divided by this, negative ones multiplied; 1 leaves them.</summary>
    public double RepetitionPenalty { get; init; } = 1.0;
}

/// <summary>Chooses tokens from logits: the repetition penalty, the temperature, then top-k, top-p and min-p, in transformers'
/// order.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class Sampling
{
    /// <summary>One token a row, or the error where a row's largest logit is not a number.</summary>
    /// <param name="logits">[B, V].</param>
    /// <param name="read">The tokens of each sequence so far, for the repetition penalty.</param>
    /// <param name="options">How.</param>
    /// <param name="generator">Advanced by one draw a call when sampling.</param>
    public static Either<FloeError, int[]> Choose(
        Tensor logits, IReadOnlyList<IReadOnlyList<int>> read, GenerationOptions options, Generator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!double.IsFinite(logits.amax([-1L], keepdim: true).sum().item<float>()))
        {
            return new FloeError.BadData(
                "generate", "finite logits", "a row without a largest one",
                    "Check the weights, and the adapter: its training may have diverged.");
        }

        Tensor judged = options.RepetitionPenalty == 1.0 ? logits : Penalized(logits.cpu(), read, options.RepetitionPenalty);
        Tensor chosen = options.Temperature == 0.0 ? judged.argmax(-1) : Draw(judged.cpu(), options, generator);
        long[] ids = new long[logits.size(0)];
        Tensors.Read<long>(chosen, ids);
        return System.Array.ConvertAll(ids, id => (int)id);
    }

    private static Tensor Draw(Tensor logits, GenerationOptions options, Generator generator)
    {
        Tensor probabilities = logits.div(options.Temperature).softmax(-1);
        if (options is { TopP: >= 1.0, TopK: 0, MinP: 0.0 })
        {
            return probabilities.multinomial(1, false, generator).squeeze(1);
        }

        (Tensor sorted, Tensor order) = probabilities.sort(-1, descending: true, stable: true);
        Tensor kept = options.TopK == 0 || options.TopK >= sorted.size(1) ? sorted : sorted.narrow(1, 0, options.TopK);
        if (options.TopP < 1.0)
        {
            Tensor share = kept.div(kept.sum(-1, keepdim: true));
            Tensor before = share.cumsum(-1).sub(share);
            kept = kept.mul(before.neg().add(options.TopP).sign().relu());
        }

        if (options.MinP > 0.0)
        {
            kept = kept.mul(kept.ge(kept.narrow(1, 0, 1).mul(options.MinP)).to(kept.dtype));
        }

        return order.gather(1, kept.multinomial(1, false, generator)).squeeze(1);
    }

    private static Tensor Penalized(Tensor logits, IReadOnlyList<IReadOnlyList<int>> read, double penalty)
    {
        Tensor judged = logits.clone();
        for (int row = 0; row < read.Count; row++)
        {
            long[] seen = [.. read[row].Distinct().Select(id => (long)id)];
            Tensor own = judged.select(0, row);
            Tensor index = tensor(seen);
            Tensor before = own.index_select(0, index);
            Tensor after = before.relu().div(penalty).sub(before.neg().relu().mul(penalty));
            own.index_copy_(0, index, after);
        }

        return judged;
    }
}
