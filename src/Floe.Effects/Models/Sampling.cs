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
public sealed record GenerationOptions(
    int MaxTokens, IReadOnlySet<int> Stops, double Temperature = 0.0, double TopP = 1.0, ulong Seed = 0);

/// <summary>Chooses tokens from logits.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class Sampling
{
    /// <summary>One token a row, or the error where a row's largest logit is not a number.</summary>
    /// <param name="logits">[B, V].</param>
    /// <param name="options">How.</param>
    /// <param name="generator">Advanced by one draw a call when sampling.</param>
    public static Either<FloeError, int[]> Choose(Tensor logits, GenerationOptions options, Generator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!double.IsFinite(logits.amax([-1L], keepdim: true).sum().item<float>()))
        {
            return new FloeError.BadData("generate", "finite logits", "a row without a largest one", "Check the weights, and the adapter: its training may have diverged.");
        }

        Tensor chosen = options.Temperature == 0.0 ? logits.argmax(-1) : Draw(logits.cpu(), options, generator);
        long[] ids = new long[logits.size(0)];
        Tensors.Read<long>(chosen, ids);
        return System.Array.ConvertAll(ids, id => (int)id);
    }

    private static Tensor Draw(Tensor logits, GenerationOptions options, Generator generator)
    {
        Tensor probabilities = logits.div(options.Temperature).softmax(-1);
        if (options.TopP >= 1.0)
        {
            return probabilities.multinomial(1, false, generator).squeeze(1);
        }

        (Tensor sorted, Tensor order) = probabilities.sort(-1, descending: true, stable: true);
        Tensor before = sorted.cumsum(-1).sub(sorted);
        Tensor inside = before.neg().add(options.TopP).sign().relu();
        Tensor kept = sorted.mul(inside);
        return order.gather(1, kept.multinomial(1, false, generator)).squeeze(1);
    }
}
