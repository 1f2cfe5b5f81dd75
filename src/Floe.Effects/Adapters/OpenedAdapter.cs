using Floe.Domain;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters;

/// <summary>An adapter that is open while a function runs.</summary>
public static class OpenedAdapter
{
    /// <summary>Opens an adapter, runs a function with it and frees it. One that was trained on another base model is told to
    /// <see cref="OpenedModel.Warn"/>.</summary>
    /// <param name="folder">An adapter folder or GGUF file; none for the base model, whose modules are null.</param>
    /// <param name="model">The base model.</param>
    /// <param name="use">What to do.</param>
    public static Either<FloeError, T> With<T>(Option<string> folder, OpenedModel model, Func<AdapterSet?, Either<FloeError, T>> use) =>
        folder.Match(
        None: () => use(null),
        Some: path => AdapterSets.Load(path, model.Decoder).Bind(set =>
        {
            using (set)
            {
                return OfAnother(path, model).Bind(other =>
                {
                    other.IfSome(model.Warn);
                    return use(set);
                });
            }
        }));

    // The model's files are hashed only where the adapter says what it was trained on.
    private static Either<FloeError, Option<string>> OfAnother(string path, OpenedModel model) =>
        AdapterSets.Origin(path).Bind(said => said.Match(
        None: () => Right<FloeError, Option<string>>(None),
        Some: origin => model.Identity.Map(mine => origin.Against(mine).Map(apart =>
            $"{path} was trained on {apart.This}, and this model is {apart.Other}: give the model that it was trained on with --model, "
                + $"unless one is a copy of the other in another form"))));
}
