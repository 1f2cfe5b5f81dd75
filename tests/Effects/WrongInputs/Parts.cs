using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Metrics;
using Floe.Domain.Scores;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Collection;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using Floe.Effects.Training;
using Floe.Pretraining.Training;
using LanguageExt;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>Values of parameters that hold tensors or what was made with them, and of those whose name says what they are.</summary>
internal static class Parts
{
    /// <summary>By type.</summary>
    public static Dictionary<Type, Given> ByType { get; } = new()
    {
        [typeof(Decoder)] = Given.Local(p => p.Decoder),
        [typeof(OpenedModel)] = Given.Local(p => p.Model),
        [typeof(IDecoderAdapter)] = Given.Local(p => p.Adapters),
        [typeof(AdapterSet)] = Given.Local(p => p.Adapters),
        [typeof(LayerWeights)] = Given.Local(p => p.Decoder.Layers[0]),
        [typeof(Tensor)] = Given.Local(p => p.Hidden(p.Config.Hidden), [.. BadTensors]),
        [typeof(TokenBatch)] = Given.Local(p => p.Loss.Batch),
        [typeof(BatchTensors)] = Given.Local(Batch),
        [typeof(LayerContext)] = Given.Local(
            p => new LayerContext(Batch(p)),
            ("with masks of a larger model", w => new LayerContext(Batch(w.Home), Masks: Masks(w.Larger))),
            ("with masks of other samples", w =>
                new LayerContext(Batch(w.Home), Masks: new LayerMasks(ones(7, w.Home.Config.Heads), ones(7, w.Home.Config.Neurons)))),
            ("with adapters of a larger model", w => new LayerContext(Batch(w.Home), w.Larger.Adapters.Layer(0))),
            ("with a cache of a larger model", w =>
                new LayerContext(Batch(w.Home), Cache: KvCache.Empty(w.Larger.Decoder, 3, 64).Layers[0])),
            ("with a full cache", w => new LayerContext(Batch(w.Home), Cache: KvCache.Empty(w.Home.Decoder, 3, 2).Layers[0]))),
        [typeof(KvCache)] = Given.Local(
            p => KvCache.Empty(p.Decoder, 3, 64),
            ("of fewer sequences", w => KvCache.Empty(w.Home.Decoder, 1, 64)),
            ("of two slots", w => KvCache.Empty(w.Home.Decoder, 3, 2))),
        [typeof(Func<int, LayerMasks?>)] = new(
            _ => null,
            ("of a larger model", w => new Func<int, LayerMasks?>(_ => Masks(w.Larger))),
            ("of other samples", w => new Func<int, LayerMasks?>(_ => new LayerMasks(ones(7, w.Home.Config.Heads), null)))),
        [typeof(Targets)] = Given.Local(
            p => p.Loss.Targets,
            ("none", _ => new Targets(default, default, default, default)),
            ("of rows beyond", _ => new Targets(new[] { 999 }, new[] { 1 }, new[] { 1f }, new[] { 0 })),
            ("of rows before", _ => new Targets(new[] { -1 }, new[] { 1 }, new[] { 1f }, new[] { 0 })),
            ("of tokens beyond", _ => new Targets(new[] { 0 }, new[] { int.MaxValue }, new[] { 1f }, new[] { 0 })),
            ("of sequences beyond", _ => new Targets(new[] { 0 }, new[] { 1 }, new[] { 1f }, new[] { 99 })),
            ("of fewer weights", _ => new Targets(new[] { 0, 1 }, new[] { 1, 2 }, new[] { 1f }, new[] { 0, 0 }))),
        [typeof(Checkpoint)] = Given.Local(
            p => new Checkpoint("random", p.Config, p.Weights),
            ("of another's weights", w => new Checkpoint("random", w.Home.Config, w.Larger.Weights))),
        [typeof(IWeightSource)] = Given.Local(
            p => Place.Right(SafetensorsFile.Open(p.At("adapter", "adapter_model.safetensors"))),
            ("of a model's weights", w => w.Home.Weights)),
        [typeof(IReadOnlyDictionary<string, StoredTensor>)] = Given.Local(
            p => p.Weights.Tensors, ("none", _ => new Dictionary<string, StoredTensor>())),
        [typeof(AdapterFolder)] = Given.Local(
            p => Place.Right(AdapterFolders.Open(p.At("adapter"), p.Config)),
            ("of another plan", w => Place.Right(AdapterFolders.Open(w.Home.At("adapter"), w.Home.Config)) with { Plan = w.Larger.Plan }),
            ("of another's tensors", w =>
                Place.Right(AdapterFolders.Open(w.Home.At("adapter"), w.Home.Config)) with { Tensors = w.Home.Weights })),
        [typeof(Func<string, ReadOnlyMemory<float>>)] = new(
            w => new Func<string, ReadOnlyMemory<float>>(w.Home.Values),
            ("none", _ => new Func<string, ReadOnlyMemory<float>>(_ => default)),
            ("too long", _ => new Func<string, ReadOnlyMemory<float>>(_ => new float[100_000]))),

        [typeof(TrainableDecoder)] = Given.Local(p => TrainableDecoder.Of(p.Load())),
        [typeof(Optimizer)] = Given.Local(p => p.Optimizer()),
        [typeof(IReadOnlyList<TorchSharp.Modules.Parameter>)] = Given.Local(
            p => p.Learning.Parameters.ToArray(), ("none", _ => System.Array.Empty<TorchSharp.Modules.Parameter>())),
        [typeof(Accumulate)] = Given.Local(
            p =>
                AdapterTraining.Accumulate(p.Decoder, p.Learning), (
                    "of another's adapters", w => AdapterTraining.Accumulate(w.Home.Decoder, w.Larger.Learning))),
        [typeof(TrainingTask)] = Given.Local(
            p => p.Task,
            ("of no steps", w => w.Home.Task with { Steps = -1 }),
            ("of no samples", w => w.Home.Task with { Samples = _ => [] }),
            ("of a rate that is none", w => w.Home.Task with { LearningRate = _ => double.NaN }),
            ("of a rate below 0", w => w.Home.Task with { LearningRate = _ => -1 }),
            ("of passes of no tokens", w => w.Home.Task with { MicroBatchTokens = 0 }),
            ("of a beta of 2", w => w.Home.Task with { Optimizer = new AdamWOptions(Beta1: 2) }),
            ("of an epsilon below 0", w => w.Home.Task with { Optimizer = new AdamWOptions(Epsilon: -1) })),
        [typeof(TrainingFiles)] = new(
            w => new TrainingFiles(Path.Combine(w.Free(), "run.jsonl"), Run, _ => { }, 1),
            ("every 0 steps", w => new TrainingFiles(Path.Combine(w.Free(), "run.jsonl"), Run, _ => { }, 0)),
            ("every -1 steps", w => new TrainingFiles(Path.Combine(w.Free(), "run.jsonl"), Run, _ => { }, -1)),
            ("nowhere", _ => new TrainingFiles("", Run, _ => { }, 1))),
        [typeof(AdaptFiles)] = new(
            w => new AdaptFiles(w.Free(), Path.Combine(w.Free(), "run.jsonl"), _ => { }),
            ("nowhere", _ => new AdaptFiles("", "", _ => { }))),
        [typeof(Fingerprint)] = Given.Of(Run, new Fingerprint(default)),
        [typeof(TrainingCheckpoint)] = Given.Local(
            p => Place.Right(TrainingCheckpoint.Of(Run, 1, "{}", p.Optimizer())),
            ("without moments", w => Place.Right(TrainingCheckpoint.Of(Run, 1, "{}", w.Home.Optimizer())) with { Optimizer = [] }),
            ("of damaged moments", w =>
                Place.Right(TrainingCheckpoint.Of(Run, 1, "{}", w.Home.Optimizer())) with { Optimizer = [1, 2, 3, 4, 5, 6, 7, 8, 9] }),
            ("without tensors", w => Place.Right(TrainingCheckpoint.Of(Run, 1, "{}", w.Home.Optimizer())) with { Parameters = [] })),

        [typeof(FrozenPrefix)] = Given.Of((object?)null),
        [typeof(TextInput)] = new(
            _ => new TextInput.Plain("a text", "one two three four five six"), ("empty", _ => new TextInput.Plain("a text", ""))),
        [typeof(Tokenizer)] = new(w => w.Tokenizer),
        [typeof(Arr<LayerProbe>)] = Given.Of(
            Array(LayerProbe.Ablate), Arr<LayerProbe>.Empty, Array((LayerProbe)9), Array(LayerProbe.Gates, LayerProbe.Gates)),
        [typeof(RunIdentity)] = Given.Of(new RunIdentity("run", 1, "plan", "a test"), new RunIdentity("", -1, "", "")),
        [typeof(RunListener)] = Given.Of(RunListener.Silent),
        [typeof(Arr<Stage>)] = Given.Of(Arr<Stage>.Empty),

        [typeof(ScoreSums)] = Given.Local(p => p.Collected.Scores, ("of nothing", w => ScoreSums.Empty(w.Home.Config.Shape))),
        [typeof(Collected)] = Given.Local(
            p => p.Collected, ("with statistics of another", w => w.Home.Collected with { Statistics = w.Larger.Collected.Statistics })),
        [typeof(LayerStatistics)] = Given.Local(p => p.Collected.Statistics, ("of no layers", _ => LayerStatistics.None(0))),
        [typeof(Selected)] = Given.Local(
            p => p.Selected, ("with statistics of another", w => w.Home.Selected with { Statistics = w.Larger.Selected.Statistics })),
        [typeof(SelectionResult)] = Given.Local(p => p.Selected.Result),
        [typeof(MaskSearch)] = Given.Local(p => p.Selected.Result.Search),
        [typeof(MaskSummary)] = Given.Local(p => MaskSummary.Of(p.Selected.Result.Search)),
        [typeof(MaskFile)] = Given.Local(p => p.Masks),
        [typeof(IReadOnlyList<LayerRow>)] = Given.Local(p => p.Selected.Rows.ToArray(), ("none", _ => System.Array.Empty<LayerRow>())),
        [typeof(MaskSource)] = Given.Of(MaskSource.Binary, MaskSource.Tuned),
        [typeof(ModelHolder)] = new(
            _ => new ModelHolder(Cli.Embedded.Model, None, "cpu", _ => { }),
            ("of no model", _ => new ModelHolder("/plans/m", None, "cpu", _ => { })),
            ("on no device", _ => new ModelHolder(Cli.Embedded.Model, None, "toaster", _ => { }))),
        [typeof(Func<OpenedModel, Either<FloeError, int>>)] = Given.Of(new Func<OpenedModel, Either<FloeError, int>>(_ => 1)),
        [typeof(Func<string, Either<FloeError, Unit>>)] = Given.Of(new Func<string, Either<FloeError, Unit>>(_ => unit)),
        [typeof(Func<Action<NormalBlock>, Either<FloeError, Unit>>)] = new(
            w => new Func<Action<NormalBlock>, Either<FloeError, Unit>>(add => Blocks(w.Home, add)),
            ("of a larger model", w => new Func<Action<NormalBlock>, Either<FloeError, Unit>>(add => Blocks(w.Larger, add))),
            ("none", _ => new Func<Action<NormalBlock>, Either<FloeError, Unit>>(_ => unit))),
        [typeof(Option<Func<string, Either<FloeError, Unit>>>)] = Given.Of(Option<Func<string, Either<FloeError, Unit>>>.None),
        [typeof(NormalStream)] = Given.Of(NormalStream.Teacher, NormalStream.Student, (NormalStream)9),
        [typeof(Option<ModelIdentity>)] = Given.Of(Option<ModelIdentity>.None),
        [typeof(TableMetadata)] = Given.Local(p => p.Metadata, ("of no shape", _ => new TableMetadata())),
        [typeof(Floe.Effects.Tables.ModuleStatistics)] = Given.Of(
            new Floe.Effects.Tables.ModuleStatistics(Array(0), Array("q_proj"), Array(("gradient", Array(1.0)))),
            new Floe.Effects.Tables.ModuleStatistics(Array(0, 1), Array("q_proj"), Array(("gradient", Array(1.0)))),
            new Floe.Effects.Tables.ModuleStatistics([], [], []),
            new Floe.Effects.Tables.ModuleStatistics(default, default, default)),
        [typeof(BootstrapOptions)] = Inputs.Options(
            new BootstrapOptions(Replicates: 5), o =>
                o with { Replicates = 0 }, o => o with { Level = double.NaN }, o => o with { Level = 2 }),
        [typeof(AnswerJudge)] = Given.Of(AnswerJudge.Exact),
        [typeof(RunPlan)] = new(
            w => w.Plan,
            ("without policies", w => w.Plan with { Policies = [] }),
            ("without samples", w => w.Plan with { Sample = [], Train = [], HeldOut = [] })),

        [typeof(Func<TrainingStep, Either<FloeError, Unit>>)] = Given.Of(new Func<TrainingStep, Either<FloeError, Unit>>(_ => unit)),
        [typeof(Func<AdapterSet?, Either<FloeError, int>>)] = Given.Of(new Func<AdapterSet?, Either<FloeError, int>>(_ => 1)),
        [typeof(Func<NormalHeader, Either<FloeError, int>>)] = Given.Of(new Func<NormalHeader, Either<FloeError, int>>(_ => 1)),
        [typeof(Func<int, NormalBlock, Either<FloeError, int>>)] = Given.Of(
            new Func<int, NormalBlock, Either<FloeError, int>>((before, _) => before + 1)),
    };

    /// <summary>By <c>Type.Function(parameter)</c>, where the type does not say what the parameter is.</summary>
    public static Dictionary<string, Given> ByName { get; } = new()
    {
        ["AdapterSets.Load(path)"] = Given.Local(
            p => p.At("adapter"), ("nowhere", w => w.Free()), ("a model", w => w.Home.At("model")), ("with a zero", _ => "a\0b")),
        ["AdapterFolders.Open(path)"] = Given.Local(p => p.At("adapter"), ("nowhere", w => w.Free()), ("a model", w => w.Home.At("model"))),
        ["OpenedAdapter.With(folder)"] = Given.Local(
            p => Some(p.At("adapter")), ("none", _ => Option<string>.None), ("nowhere", w => Some(w.Free()))),
        ["AdapterWriter.Write(values)"] = new(
            w =>
                new Func<string, ReadOnlyMemory<float>>(
                    name =>
                        Place.Right(AdapterTensors.Export(w.Home.Adapters))
                            .Where(t => t.Name == name)
                            .Select(t => t.Values)
                            .FirstOrDefault()),
            ("none", _ => new Func<string, ReadOnlyMemory<float>>(_ => default))),
        ["DecoderLayer.AttentionOutput(z)"] = Given.Local(p => p.Hidden(p.Config.Heads * p.Config.HeadDim), [.. BadTensors]),
        ["DecoderLayer.MlpOutput(h)"] = Given.Local(p => p.Hidden(p.Config.Neurons), [.. BadTensors]),
        ["DecoderLayer.RmsNorm(weight)"] = Given.Local(p => p.Decoder.FinalNorm, [.. BadTensors]),
        ["DecoderPass.Run(cache)"] = new(
            _ =>
                null, ("under a graph", w => KvCache.Empty(w.Home.Decoder, 3, 64)), (
                    "of a larger model", w => KvCache.Empty(w.Larger.Decoder, 3, 64))),
        ["KvCache.Empty(capacity)"] = Given.Of(8, 0, -1, int.MaxValue),
        ["CalibrationText.Ids(path)"] = new(w => w.Home.At("model", "config.json"), ("nowhere", w => w.Free())),
        ["Optimizer.Load(state)"] = new(
            w =>
                w.Home.Optimizer()
                    .Save(), ("of another", w => w.Larger.Optimizer().Save()), ("empty", _ => System.Array.Empty<byte>()), (
                        "damaged", _ => new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })),
        ["EvaluateStage.Answers(tokens)"] = Given.Of(2, 0, -1, int.MaxValue),
        ["EvaluateStage.Run(answers)"] = Given.Of(1, 0, -1, int.MaxValue),
        ["HeldOut.Measure(microBatchTokens)"] = Given.Of(64, 0, -1, int.MaxValue),
        ["TextScore.Measure(window)"] = Given.Of(8, 0, -1, 1, int.MaxValue),
        ["OptimizerLoop.Run(first)"] = Given.Of(0, -1, 99),
        ["SelectionConfidence.Run(shards)"] = Given.Local(p => p.At("collected", RunFolder.Shards), ("nowhere", w => w.Free())),
        ["TuneStage.FromStored(path)"] = Given.Local(
            p =>
                p.At("collected", RunFolder.Equations), ("nowhere", w => w.Free()), (
                    "a score table", w => w.Home.At("collected", RunFolder.Scores))),
        ["NormalTables.Fold(path)"] = Given.Local(
            p =>
                p.At("collected", RunFolder.Equations), ("nowhere", w => w.Free()), (
                    "a score table", w => w.Home.At("collected", RunFolder.Scores))),
        ["TuneStage.Run(path)"] = Given.Of("masks.parquet", ""),
        ["TuneStage.Run(mode)"] = Given.Of(TuningMode.Retained, (TuningMode)9),
    };

    /// <summary>Types whose parameters make a function one of shaped inputs: a model, an adapter, masks, a plan, data, sizes, or what was
    /// made of them.</summary>
    public static bool IsShaped(Type type) => Shaped.Contains(type);

    private static readonly System.Collections.Generic.HashSet<Type> Shaped =
    [
        .. ByType.Keys.Where(
            type => type != typeof(MaskSource)
                && type != typeof(AnswerJudge)
                && type != typeof(Fingerprint)
                && !type.Name.StartsWith("Func`", StringComparison.Ordinal)),
        typeof(TokenizedSample), typeof(
            IReadOnlyList<TokenizedSample>), typeof(IEnumerable<TokenizedSample>), typeof(ReadOnlyMemory<int>),
                typeof(ReadOnlyMemory<int>?),
        typeof(IReadOnlyList<ReadOnlyMemory<int>>), typeof(IEnumerable<ReadOnlyMemory<int>>), typeof(
            IReadOnlyList<Domain.Text.TextSample>), typeof(ModelShape), typeof(DecoderConfig),
        typeof(Domain.Adapters.AdapterPlan), typeof(BinaryMasks), typeof(UnitMasks),
    ];

    private static Fingerprint Run => Fingerprint.Of(("run", "a test"));

    private static IEnumerable<(string Name, Func<World, object?> Make)> BadTensors =>
    [
        ("of no rows", w => ones(0, w.Home.Config.Hidden)),
        ("of no elements", _ => ones(0)),
        ("of one dimension", w => ones(w.Home.Config.Hidden)),
        ("of three dimensions", w => ones(2, 2, w.Home.Config.Hidden)),
        ("of other rows", w => ones(7, w.Home.Config.Hidden)),
        ("of a scalar", _ => tensor(1f)),
        ("of whole numbers", w => ones(w.Home.Loss.Batch.Tokens, w.Home.Config.Hidden, int64)),
        ("of doubles", w => ones(w.Home.Loss.Batch.Tokens, w.Home.Config.Hidden, float64)),
        ("of bfloat16", w => ones(w.Home.Loss.Batch.Tokens, w.Home.Config.Hidden, bfloat16)),
        ("on no device", w => ones(w.Home.Loss.Batch.Tokens, w.Home.Config.Hidden, device: META)),
    ];

    private static Either<FloeError, Unit> Blocks(Place place, Action<NormalBlock> add) => TeacherEquations.Run(
        place.Decoder, null, place.Samples, (layer, component, equations) => add(new NormalBlock(layer, component, equations)));

    private static BatchTensors Batch(Place place) => BatchTensors.Of(place.Decoder, place.Loss.Batch);

    private static LayerMasks Masks(Place place) => new(ones(place.Config.Heads), ones(place.Config.Neurons));
}
