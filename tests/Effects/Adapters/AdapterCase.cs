using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Adapters.Stored;
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

    /// <summary>An adapter whose configuration and tensors lie apart, as the starts of training runs do.</summary>
    public static Either<FloeError, T> WithAdapter<T>(
        string config, string tensors, Decoder model, Func<AdapterSet, Either<FloeError, T>> use)
    {
        string folder = Directory.CreateTempSubdirectory("floe-adapter").FullName;
        try
        {
            File.Copy(config, Path.Combine(folder, AdapterConfigFile.Name));
            File.Copy(tensors, Path.Combine(folder, AdapterFolders.TensorFile));
            return WithAdapter(folder, model, use);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Tensors as the kind stores them: joined to one of this name where it does so, else as they are.</summary>
    public static IReadOnlyList<NamedTensor> Joined(AdapterPlan plan, IReadOnlyList<NamedTensor> tensors, string name) =>
        AdapterForms.Stored(plan.Kind).Joined is null
            ? tensors
            : [new NamedTensor(
                name, Prelude.Array(tensors[0].Shape[0], tensors.Sum(tensor => tensor.Shape[1])),
                JoinedTensor.Together(
                    [.. tensors.Select(tensor => (tensor.Name, tensor.Shape))],
                    part => tensors.Single(tensor => tensor.Name == part).Values))];

    /// <summary>The same, or null where a case folder has no adapter.</summary>
    public static Either<FloeError, T> WithAdapterIfAny<T>(string folder, Decoder model, Func<AdapterSet?, Either<FloeError, T>> use) =>
        File.Exists(Path.Combine(folder, "adapter_config.json")) ? WithAdapter(folder, model, use) : use(null);
}
