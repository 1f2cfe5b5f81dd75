using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Effects.Adapters;

/// <summary>An adapter that is open while a function runs.</summary>
public static class OpenedAdapter
{
    /// <summary>Opens an adapter, runs a function with it and frees it.</summary>
    /// <param name="folder">An adapter folder or GGUF file; none for the base model, whose modules are null.</param>
    /// <param name="model">The base model.</param>
    /// <param name="use">What to do.</param>
    public static Either<FloeError, T> With<T>(Option<string> folder, OpenedModel model, Func<AdapterSet?, Either<FloeError, T>> use) => folder.Match(
        None: () => use(null),
        Some: path => AdapterSets.Load(path, model.Decoder).Bind(set =>
        {
            using (set)
            {
                return use(set);
            }
        }));
}
