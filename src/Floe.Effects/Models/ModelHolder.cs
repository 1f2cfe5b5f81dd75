using Floe.Domain;
using Floe.Effects.Engine;
using LanguageExt;

namespace Floe.Effects.Models;

/// <summary>Opens a base model when it is first needed and keeps it for the next use.</summary>
/// <param name="model">A Hugging Face folder or a GGUF file.</param>
/// <param name="tokenizer">A tokenizer to use instead of the model's own.</param>
/// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="warn">Takes the warning about a slow machine.</param>
public sealed class ModelHolder(string model, Option<string> tokenizer, string device, Action<string> warn) : IDisposable
{
    private OpenedModel? opened;

    /// <summary>Runs a function with the model in some type. A model of another type is freed first: two are never held.</summary>
    /// <param name="weights">Type of the linear weights.</param>
    /// <param name="use">What to do; the model stays open.</param>
    public Either<FloeError, T> With<T>(WeightType weights, Func<OpenedModel, Either<FloeError, T>> use)
    {
        if (opened is { } held && held.Decoder.Weights == weights)
        {
            return use(held);
        }

        opened?.Dispose();
        opened = null;
        return OpenedModel.Open(model, tokenizer, device, warn, weights).Bind(fresh => use(opened = fresh));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => opened?.Dispose();
}
