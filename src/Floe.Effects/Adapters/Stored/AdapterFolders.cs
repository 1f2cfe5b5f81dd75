using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>Opens adapters: a folder as PEFT, HydraLoRA or MLX saves it, or llama.cpp's GGUF form of a LoRA.</summary>
internal static class AdapterFolders
{
    /// <summary>The tensors' file in an adapter folder.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    /// <summary>
    /// Opens an adapter for a base model. Configuration, tensors and model are compared before anything is loaded. Errors: every missing,
    /// misshaped or unknown tensor at once; kinds and options that Floe lacks, by their names.
    /// </summary>
    /// <param name="path">A folder with <c>adapter_config.json</c>, or a <c>.gguf</c> file of type adapter.</param>
    /// <param name="model">The base model.</param>
    /// <returns>The adapter, to be disposed.</returns>
    public static Either<FloeError, AdapterFolder> Open(string path, DecoderConfig model) =>
        DecoderFaults.Check("base model", model).Bind(_ => GgufPaths.IsOne(path) ? GgufAdapter.Open(path, model)
        : Misplaced.Adapter(path).Match(Some: Prelude.Left<FloeError, AdapterFolder>, None: () => OpenFolder(path, model)));

    /// <summary>Whether an adapter opens for a base model, before anything of either is loaded.</summary>
    /// <param name="path">What <see cref="Open"/> opens.</param>
    /// <param name="model">The base model.</param>
    internal static Either<FloeError, Unit> Fits(string path, DecoderConfig model) => Open(path, model).Map(adapter =>
    {
        adapter.Dispose();
        return Unit.Default;
    });

    /// <summary>The texts that the tensors of a folder carry beside them; none in other forms of an adapter.</summary>
    /// <param name="path">What <see cref="Open"/> opens.</param>
    internal static Either<FloeError, IReadOnlyDictionary<string, string>> Metadata(string path) =>
        Path.Combine(path, TensorFile) is var file
        && !File.Exists(file)
        ? new Dictionary<string, string>()
        : SafetensorsFile.Open(file).Map(tensors =>
        {
            using (tensors)
            {
                return tensors.Metadata;
            }
        });

    private static Either<FloeError, AdapterFolder> OpenFolder(string folder, DecoderConfig model)
    {
        string path = Path.Combine(folder, AdapterConfigFile.Name);
        return AdapterConfigFile.ReadRoot(path).Bind(root =>
            MlxAdapter.Wrote(root)
                ? MlxAdapter.Open(folder, path, root, model)
                : AdapterConfigFile.Decode(path, root).Bind(config => OpenPeft(folder, path, config, model)));
    }

    private static Either<FloeError, AdapterFolder> OpenPeft(string folder, string path, AdapterConfig config, DecoderConfig model) =>
        from unbiased in Steps.Check(
            !config.TrainsBiases || !(model.AttentionBias || model.OutputBias || model.MlpBias),
            () => new FloeError.Unsupported(
                $"{path}: bias", "trained biases", "none, or a base model without biases", "Train the adapter with bias=\"none\"."))
        from modules in AdaptedModules.Select(path, config, model)
        from tensors in Tensors(folder)
        from kind in config.Rule.Settle(path, config.Kind, modules, tensors.Tensors.Keys)
        from plan in AdaptedModules.PlanOf(path, kind, modules, config.Alpha, config.Dropout, config.RankStabilized)
        from apart in AdapterForms.Stored(kind).Joined is { } joined
            ? joined.Apart(Path.Combine(folder, TensorFile), plan, model, tensors).MapLeft(error => Closed(tensors, error))
            : Prelude.Right<FloeError, IWeightSource>(tensors)
        from adapter in Finish(folder, config.BaseModel, plan, model, apart)
        select adapter;

    private static FloeError Closed(IWeightSource tensors, FloeError error)
    {
        tensors.Dispose();
        return error;
    }

    private static Either<FloeError, SafetensorsFile> OpenTensors(string folder)
    {
        string path = Path.Combine(folder, TensorFile);
        return !File.Exists(path) && File.Exists(Path.Combine(folder, "adapter_model.bin"))
            ? new FloeError.Unsupported(folder, "PyTorch's .bin tensors", TensorFile, "Save the adapter with safe_serialization=True.")
            : SafetensorsFile.Open(path);
    }

    /// <summary>
    /// The tensors of a folder of PEFT or HydraLoRA under their full names, as far as they can be told without a base model. Errors:
    /// tensors of another kind, of several adapters, or of an unfinished save.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The tensors, to be disposed.</returns>
    public static Either<FloeError, IWeightSource> Tensors(string folder) => OpenTensors(folder).Bind(file =>
    {
        Either<FloeError, IWeightSource> result = AdapterTensorTable.Of(file.Path, file.Tensors, static stored => stored)
            .Map<IWeightSource>(names => new MappedWeights(file, names));
        if (result.IsLeft)
        {
            file.Dispose();
        }

        return result;
    });

    private static Either<FloeError, AdapterFolder> Finish(
        string folder, string baseModel, AdapterPlan plan, DecoderConfig model, IWeightSource tensors)
    {
        Either<FloeError, AdapterFolder> result = AdapterLayout.Check(Path.Combine(folder, TensorFile), plan, model, tensors.Tensors)
            .Map(_ => new AdapterFolder(folder, baseModel, plan, tensors));
        if (result.IsLeft)
        {
            tensors.Dispose();
        }

        return result;
    }
}
