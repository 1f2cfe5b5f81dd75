using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Models;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using Floe.Effects.Training;
using Floe.Pretraining.Training;
using Floe.Tests.Effects.Models;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>A tiny model and everything that belongs to it, in memory and in a folder: what is right at one place is of a wrong shape at
/// another.</summary>
internal sealed class Place : IDisposable
{
    private AdapterSet? learning;

    public Place(string folder, Tokenizer tokenizer, DecoderConfig config)
    {
        (Folder, Config) = (folder, config);
        Weights = new RandomWeights(config, 1);
        Right(CheckpointWriter.Write(At("model"), config, ElementType.F32, Values));
        Decoder = Load();
        Plan = new AdapterPlan(
            new AdapterKind.Hydra(), Projections.All, Array(new LayerAdapter(0, 3, 2), new LayerAdapter(config.Layers - 1, 2, 2)), 8, 0.1);
        Adapters = Right(AdapterSets.Create(Plan, Decoder, 7));
        Right(AdapterSets.Save(At("adapter"), Adapters, config, "base"));
        Model = new OpenedModel("model", At("model"), Decoder, tokenizer, CPU);
        Loss = Right(LossBatch.Mean(config, Samples));
        Metadata = Right(CollectStage.Metadata(Model, Adapters, Samples, 1));
        Collected = Right(CollectStage.Run(Model, Adapters, Samples, Sequences, Request, _ => { }));
        Right(Collected.Write(At("collected"), Metadata));
        Right(StoredEquations.Write(At("collected", RunFolder.Equations), Model, Adapters, Samples, Metadata, _ => { }));
        Selected = Right(SelectStage.Run(At("collected", RunFolder.Scores), At("collected", RunFolder.Statistics), Options));
        Right(Selected.WriteResult(At("selected"), "floe select"));
        Masks = Right(MaskTables.Read(At("selected", RunFolder.Masks)));
    }

    public static SelectionOptions Options { get; } = new() { Budget = new Budget.Share(0.6), Choice = new LayerChoice.Top(1) };

    public static CollectRequest Request { get; } = new(Array(Projection.Query, Projection.Down), 2, 4, true, 2, 0, 0);

    public string Folder { get; }

    public DecoderConfig Config { get; }

    public RandomWeights Weights { get; }

    public Decoder Decoder { get; }

    public OpenedModel Model { get; }

    public AdapterPlan Plan { get; }

    public AdapterSet Adapters { get; }

    public LossBatch Loss { get; }

    public TableMetadata Metadata { get; }

    public Collected Collected { get; }

    public Selected Selected { get; }

    public MaskFile Masks { get; }

    public BinaryMasks Binary => BinaryMasks.All(Config.Shape, kept: true);

    /// <summary>Three samples, of which the last ids are the vocabulary's last.</summary>
    public IReadOnlyList<TokenizedSample> Samples => [.. Sequences.Select(LossBatch.AllSupervised)];

    public IReadOnlyList<ReadOnlyMemory<int>> Sequences => [.. new[] { 5, 9, 12 }.Select(Ids)];

    public TrainingTask Task => TrainingTask.Of(new TrainingOptions(Steps: 2, Batch: 2), Samples);

    public ReadOnlyMemory<int> Ids(int length) => Enumerable.Range(0, length).Select(i => Config.Vocabulary - 1 - i).ToArray();

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public ReadOnlyMemory<float> Values(string name)
    {
        if (!Weights.Tensors.TryGetValue(name, out StoredTensor? stored))
        {
            return default;
        }

        float[] values = new float[stored.Elements];
        Right(Weights.ReadFloat32(name, values));
        return values;
    }

    public Decoder Load() => Right(DecoderLoading.Load(new Checkpoint("random", Config, Weights), CPU));

    /// <summary>Adapters that are trained, and spoilt by wrong options; <see cref="Adapters"/> stay as they are.</summary>
    public AdapterSet Learning => learning ??= Right(AdapterSets.Create(Plan, Decoder, 8));

    public Optimizer Optimizer()
    {
        learning?.Dispose();
        learning = null;
        return new([.. Learning.Parameters], new AdamWOptions());
    }

    public Tensor Hidden(long width) => ones(Loss.Batch.Tokens, width);

    public void Dispose()
    {
        Adapters.Dispose();
        learning?.Dispose();
        Model.Dispose();
    }

    public static T Right<T>(LanguageExt.Either<FloeError, T> result) => TinyDecoder.Right(result);
}
