using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Tests.Effects.Adapters;

/// <summary>Adapters of fixtures.</summary>
internal static class AdapterCase
{
    /// <summary>Loads an adapter, hands it over and frees it.</summary>
    public static Either<FloeError, T> WithAdapter<T>(string path, Decoder model, Func<AdapterSet, Either<FloeError, T>> use) =>
        AdapterSets.Load(path, model).Bind(adapters =>
        {
            using (adapters)
            {
                return use(adapters);
            }
        });

    /// <summary>The same, or null where a case folder has no adapter.</summary>
    public static Either<FloeError, T> WithAdapterIfAny<T>(string folder, Decoder model, Func<AdapterSet?, Either<FloeError, T>> use) =>
        File.Exists(Path.Combine(folder, "adapter_config.json")) ? WithAdapter(folder, model, use) : use(null);
}
