using Floe.Domain;
using Floe.Effects.Engine;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Models;

/// <summary>Tensor work of a decoder under an adapter. One that was made for another decoder is an error before it, in place of
/// LibTorch's.</summary>
internal static class Adapted
{
    /// <summary>As <see cref="TensorEdge.Run"/>.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="where">What is being done, for the message.</param>
    /// <param name="model">The decoder.</param>
    /// <param name="adapters">Its adapter; null for the base model.</param>
    /// <param name="work">The work.</param>
    public static Either<FloeError, T> Run<T>(string where, Decoder model, IDecoderAdapter? adapters, Func<T> work) =>
        Fits(where, model, adapters).Bind(_ => TensorEdge.Run(where, work));

    /// <summary>As <see cref="TensorEdge.Bind"/>.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="where">What is being done, for the message.</param>
    /// <param name="model">The decoder.</param>
    /// <param name="adapters">Its adapter; null for the base model.</param>
    /// <param name="work">The work.</param>
    public static Either<FloeError, T> Bind<T>(string where, Decoder model, IDecoderAdapter? adapters, Func<Either<FloeError, T>> work) =>
        Fits(where, model, adapters).Bind(_ => TensorEdge.Bind(where, work));

    /// <summary>Refuses an adapter that is no function of layers, where layers are looked at one by one.</summary>
    /// <param name="where">What is being done, for the message.</param>
    /// <param name="adapters">The adapter; null for the base model.</param>
    public static Either<FloeError, Unit> ByLayers(string where, IDecoderAdapter? adapters) => adapters?.Embeddings is null
        ? unit
        : new FloeError.Unsupported(
            where, "trained embeddings before the sequence", "adapters of layers", "Give an adapter of another kind, or none.");

    private static Either<FloeError, Unit> Fits(string where, Decoder model, IDecoderAdapter? adapters) =>
        adapters is null || adapters.Model == model.Shape
            ? unit
            : new FloeError.BadData(
                where, $"an adapter of {model.Shape}", $"one of {adapters.Model}", "Give the model that the adapter was made for.");
}
