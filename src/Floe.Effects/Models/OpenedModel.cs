using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Tables;
using LanguageExt;
using TorchSharp;

namespace Floe.Effects.Models;

/// <summary>A base model in memory with its tokenizer: what every stage that computes starts from.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="Path">Where it was opened from.</param>
/// <param name="Decoder">Its weights; disposed with this.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Device">Where tensors live.</param>
public sealed record OpenedModel(string Name, string Path, Decoder Decoder, Tokenizer Tokenizer, torch.Device Device) : IDisposable
{
    private readonly System.Collections.Generic.HashSet<string> said = [];
    private Either<FloeError, ModelIdentity>? identity;

    /// <summary>Its weights by their content and its configuration; the files are read once.</summary>
    public Either<FloeError, ModelIdentity> Identity =>
        identity ??= ContentHash.Of(Path).Map(hash => ModelIdentity.Of(hash, Name, Decoder.Config, Decoder.Weights));

    /// <summary>Takes what a user should know, each sentence once.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Opens checkpoint and tokenizer, then loads the weights. Says so first where matrix products are far below what the cores
    /// should give.</summary>
    /// <param name="model">A Hugging Face folder or a GGUF file.</param>
    /// <param name="tokenizer">A tokenizer to use instead of the model's own.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="warn">Takes the warning about a slow machine.</param>
    /// <param name="weights">Type of the linear weights and of their products.</param>
    /// <param name="first">Looked at before any weight is read: what else the work needs of files. Its error is the answer.</param>
    /// <returns>The model, to be disposed; or what is missing or wrong.</returns>
    public static Either<FloeError, OpenedModel> Open(
        string model,
        Option<string> tokenizer,
        string device,
        Action<string> warn,
        WeightType weights = WeightType.Float32,
        Func<DecoderConfig, Either<FloeError, Unit>>? first = null) =>
        Checkpoints.Open(model).Bind(checkpoint =>
        {
            using (checkpoint)
            {
                return
                    from read in TokenizerFile.Open(tokenizer.IfNone(model))
                    from loaded in read.Within(model, checkpoint.Config.Vocabulary)
                    from sound in first?.Invoke(checkpoint.Config) ?? Prelude.unit
                    from place in Ready(device, warn)
                    from decoder in DecoderLoading.Load(checkpoint, place, weights)
                    select new OpenedModel(
                        System.IO.Path.GetFileName(
                            System.IO.Path.TrimEndingDirectorySeparator(model)), model, decoder, loaded.Tokenizer, place) { Warn = warn }
                        .Told(loaded.Notes);
            }
        });

    /// <summary>Samples as token ids, and what a user should know of them said.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="length">Most tokens of a sample; see <see cref="ModelSamples"/>.</param>
    public Either<FloeError, TokenizedData> Samples(DataSet data, Option<int> length) =>
        ModelSamples.Of(Decoder.Config, Tokenizer, data, length, note => Told(Prelude.Array(note)));

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Decoder.Dispose();

    /// <summary>A device by its name, after a look at how fast it multiplies matrices.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="warn">Takes the warning about a slow machine.</param>
    public static Either<FloeError, torch.Device> Ready(string name, Action<string> warn) =>
        from place in DeviceOf(name)
        from slow in name == "cpu" ? MachineCheck.Glance() : Option<string>.None
        select Told(place, slow, warn);

    private OpenedModel Told(Arr<string> notes)
    {
        foreach (string note in notes.Where(said.Add))
        {
            Warn(note);
        }

        return this;
    }

    private static torch.Device Told(torch.Device place, Option<string> slow, Action<string> warn)
    {
        slow.IfSome(warn);
        return place;
    }

    /// <summary>A device by its name.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    public static Either<FloeError, torch.Device> DeviceOf(string name) => TensorEdge.Bind<torch.Device>("device", () =>
        name != "cuda" ? torch.CPU
        : torch.cuda.is_available() ? torch.CUDA
        : new FloeError.Usage("--device", "a device that is there", "cuda, which LibTorch does not find", "Use --device cpu."));
}
