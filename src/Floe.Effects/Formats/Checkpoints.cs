using Floe.Domain;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Llama2c;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>Opens a model from a Hugging Face folder, a GGUF file or a llama2.c checkpoint.</summary>
internal static class Checkpoints
{
    private const string SingleFile = "model.safetensors";

    /// <summary>
    /// Opens a checkpoint. Configuration and weights are compared before anything is loaded. Accepted are a <c>.gguf</c> file, a llama2.c
    /// <c>.bin</c> file, a folder with <c>config.json</c> and <c>model.safetensors</c> (or shards and their index), and a folder whose only
    /// model is one <c>.gguf</c> file.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>The checkpoint, to be disposed; or every problem of its configuration or weights.</returns>
    public static Either<FloeError, Checkpoint> Open(string path) =>
        Locate(path).Bind(place => place.Form switch
        {
            Form.Gguf => OpenGguf(place.Path),
            Form.Llama2c => ForeignFile.Named(place.Path, FileForm.Model, Llama2cFile.Open(place.Path)),
            _ => OpenFolder(place.Path),
        });

    /// <summary>The files that hold a checkpoint's weights, ascending by name.</summary>
    /// <param name="path">What <see cref="Open"/> accepts.</param>
    public static Either<FloeError, IReadOnlyList<string>> WeightFiles(string path) =>
        Locate(path).Bind(place => place.Form == Form.Folder ? FolderFiles(place.Path) : new[] { place.Path });

    private static Either<FloeError, IReadOnlyList<string>> FolderFiles(string folder)
    {
        string single = Path.Combine(folder, SingleFile);
        return File.Exists(single)
            ? new[] { single }
            : ShardedWeights.ShardNames(Path.Combine(folder, ShardedWeights.IndexName))
                .Map(names => (IReadOnlyList<string>)[.. names.Select(name => Path.Combine(folder, name))]);
    }

    private enum Form
    {
        Folder,
        Gguf,
        Llama2c,
    }

    /// <summary>Decides what a path is. A missing path counts as a file, whose opening then fails.</summary>
    private static Either<FloeError, (Form Form, string Path)> Locate(string path) =>
        IsLlama2c(path) || GgufPaths.IsOne(path)
            ? Placed(path)
            : Misplaced.Model(path).Match(Some: Left<FloeError, (Form, string)>, None: () => Placed(path));

    private static bool IsLlama2c(string path) => path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase);

    private static Either<FloeError, (Form Form, string Path)> Placed(string path)
    {
        if (!Directory.Exists(path))
        {
            return IsLlama2c(path) ? (Form.Llama2c, path)
                : GgufPaths.IsOne(path) || !File.Exists(path) ? (Form.Gguf, path)
                : new FloeError.BadData(
                    path, "a folder with config.json, a .gguf file or a llama2.c .bin file", "another file",
                        "Give the model's folder, or convert the file.");
        }

        return GgufPaths.In(path).Bind<(Form, string)>(gguf =>
            File.Exists(Path.Combine(path, ConfigFile.Name)) || gguf.Count == 0 ? (Form.Folder, path)
            : gguf.Count == 1 ? (Form.Gguf, gguf[0])
            : new FloeError.Usage(path, "one .gguf file", $"{gguf.Count} of them", "Give the file itself."));
    }

    private static Either<FloeError, Checkpoint> OpenGguf(string path) =>
        GgufFile.Open(path).Bind(file => Closing(file,
            from config in GgufDecoder.Read(file)
            let weights = PaddedRows.Without(GgufWeights.Of(file, config), config)
            from fits in DecoderLayout.Check(path, config, weights.Tensors)
            select new Checkpoint(path, config, weights)));

    private static Either<FloeError, Checkpoint> OpenFolder(string path) =>
        from config in ConfigFile.Read(Path.Combine(path, ConfigFile.Name))
        from stored in OpenWeights(path)
        let weights = PaddedRows.Without(stored, config)
        from checkpoint in Closing(
            weights,
            from finished in UnfinishedSave.Check(path, weights.Tensors.Values)
            from fits in DecoderLayout.Check(path, config, weights.Tensors)
            select new Checkpoint(path, config, weights))
        select checkpoint;

    private static Either<FloeError, IWeightSource> OpenWeights(string folder)
    {
        string single = Path.Combine(folder, SingleFile), index = Path.Combine(folder, ShardedWeights.IndexName);
        return File.Exists(single) ? SafetensorsFile.Open(single).Map(file => (IWeightSource)file)
            : File.Exists(index) ? ShardedWeights.Open(index).Map(shards => (IWeightSource)shards)
            : File.Exists(Path.Combine(folder, "pytorch_model.bin"))
                ? new FloeError.Unsupported(
                    folder, "PyTorch's .bin weights", "safetensors and GGUF", "Save the model with safe_serialization=True.")
                : new FloeError.BadData(folder, $"{SingleFile} or {ShardedWeights.IndexName}", "neither", "Fetch the weights.");
    }

    private static Either<FloeError, T> Closing<T>(IDisposable source, Either<FloeError, T> result)
    {
        if (result.IsLeft)
        {
            source.Dispose();
        }

        return result;
    }
}
