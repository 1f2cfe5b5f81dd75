using Floe.Domain.Adapters;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>Values of parameters that hold no tensor: numbers, words, samples, sizes, plans, options.</summary>
internal static class Inputs
{
    private const int Huge = int.MaxValue;

    /// <summary>By type.</summary>
    public static Dictionary<Type, Given> ByType { get; } = new()
    {
        [typeof(int)] = Given.Of(1, -1, 0, Huge),
        [typeof(long)] = Given.Of(1L, -1L, long.MaxValue),
        [typeof(ulong)] = Given.Of(1UL, ulong.MaxValue),
        [typeof(double)] = Given.Of(1.0, double.NaN, -1.0, 0.0, double.PositiveInfinity),
        [typeof(bool)] = Given.Of(false, true),
        [typeof(string)] = new(w => w.Free(), ("empty", _ => ""), ("with a zero", _ => "a\0b"), ("a folder", w => w.Home.Folder)),
        [typeof(byte[])] = Given.Of(System.Array.Empty<byte>(), new byte[] { 1, 2, 3 }),
        [typeof(Option<int>)] = Given.Of(Some(16), Some(0), Some(-1), Some(1), Some(Huge)),
        [typeof(Option<string>)] = Given.Of(Option<string>.None, Some("no such file")),
        [typeof(Option<double>)] = Given.Of(Option<double>.None, Some(double.NaN)),
        [typeof(IReadOnlyList<string>)] = Given.Of(new[] { "q_proj" }, System.Array.Empty<string>(), new[] { "lm_head" }, new[] { "" }),
        [typeof(IReadOnlyList<int>)] = Given.Of(
            new[] { 0, 0, 0 }, System.Array.Empty<int>(), new[] { -1, 0, 0 }, new[] { Huge, 0, 0 }, new[] { 0, 0, 0, 0 }),
        [typeof(CancellationToken)] = Given.Of(CancellationToken.None),
        [typeof(AdapterKind)] = Given.Of(AdapterKind.All.AsEnumerable().ToArray()),
        [typeof(Projection)] = Given.Of(Projection.Query, (Projection)9),
        [typeof(IReadOnlyList<Projection>)] = Given.Of(
            new[] { Projection.Query }, System.Array.Empty<Projection>(), new[] { (Projection)9 }),
        [typeof(LossWeights)] = Given.Of(LossWeights.SampleMeans, (LossWeights)9),
        [typeof(Floe.Effects.Engine.WeightType)] = Given.Of(default(Floe.Effects.Engine.WeightType), (Floe.Effects.Engine.WeightType)9),
        [typeof(ElementType)] = Given.Of(ElementType.F32, ElementType.I8, (ElementType)99),
        [typeof(Device)] = Given.Of(CPU, META, new Device(TorchSharp.DeviceType.CUDA, 99)),

        [typeof(TokenizedSample)] = new(w => w.Home.Samples[0], [.. BadSamples]),
        [typeof(IReadOnlyList<TokenizedSample>)] = new(
            w => w.Home.Samples, [("none", _ => System.Array.Empty<TokenizedSample>()), .. BadSamples.Select(OneOfMany)]),
        [typeof(IEnumerable<TokenizedSample>)] = new(
            w => w.Home.Samples, [("none", _ => System.Array.Empty<TokenizedSample>()), .. BadSamples.Select(OneOfMany)]),
        [typeof(ReadOnlyMemory<int>)] = new(w => w.Home.Ids(12), [.. BadIds]),
        [typeof(ReadOnlyMemory<int>?)] = new(_ => null, [.. BadIds]),
        [typeof(IReadOnlyList<ReadOnlyMemory<int>>)] = new(
            w => w.Home.Sequences, [("none", _ => System.Array.Empty<ReadOnlyMemory<int>>()), .. BadIds.Select(OneOfMany)]),
        [typeof(IEnumerable<ReadOnlyMemory<int>>)] = new(
            w => w.Home.Sequences, [("none", _ => System.Array.Empty<ReadOnlyMemory<int>>()), .. BadIds.Select(OneOfMany)]),
        [typeof(IReadOnlyList<TextSample>)] = Texts,
        [typeof(IReadOnlyCollection<TextSample>)] = Texts,
        [typeof(DataSet)] = Sets,

        [typeof(ModelShape)] = Given.Local(
            p => p.Config.Shape,
            ("of nothing", _ => new ModelShape(0, 0, 0, 0, 0, 0)),
            ("of negative sizes", _ => new ModelShape(-1, -1, -1, -1, -1, -1)),
            ("of key heads that do not divide", _ => new ModelShape(3, 4, 3, 28, 20, 6)),
            ("of huge sizes", _ => new ModelShape(Huge, Huge, Huge, Huge, Huge, Huge))),
        [typeof(DecoderConfig)] = Given.Local(p => p.Config, [.. BadConfigs]),
        [typeof(AdapterPlan)] = Given.Local(p => p.Plan, [.. BadPlans]),
        [typeof(BinaryMasks)] = Given.Local(p => p.Binary, ("none kept", w => BinaryMasks.All(w.Home.Config.Shape, kept: false))),
        [typeof(UnitMasks)] = Given.Local(p => p.Binary.ToUnitMasks()),

        [typeof(TuningOptions)] = Given.Of(
            new TuningOptions(), new TuningOptions(Ridge: double.NaN), new TuningOptions(Ridge: -1), new TuningOptions((TuningMode)9)),
        [typeof(Floe.Effects.Collection.FisherOptions)] = Options(
            new Floe.Effects.Collection.FisherOptions(), o =>
                o with { Shards = 0 }, o => o with { Shards = -1 }, o => o with { Shards = 99 }, o => o with { AncestorBatch = 0 },
            o => o with { AncestorBatch = Huge }, o => o with { MicroBatchTokens = 0 }, o => o with { MicroBatchTokens = -1 }),
        [typeof(Floe.Effects.Collection.TaylorOptions)] = Options(
            new Floe.Effects.Collection.TaylorOptions(), o =>
                o with { Batch = 0 }, o =>
                    o with { Batch = Huge }, o => o with { MicroBatchTokens = 0 }, o => o with { Weights = (LossWeights)9 }),
        [typeof(GenerationOptions)] = Options(
            new GenerationOptions(3, new System.Collections.Generic.HashSet<int>()), o =>
                o with { MaxTokens = 0 }, o => o with { MaxTokens = Huge }, o => o with { Temperature = double.NaN },
            o =>
                o with { Temperature = -1 }, o =>
                    o with { Temperature = 1e-300 }, o =>
                        o with { Temperature = double.PositiveInfinity }, o => o with { Temperature = 1, TopP = 0 },
            o => o with { Temperature = 1, TopP = double.NaN }, o => o with { Temperature = 1, TopP = 1e-300 }),
        [typeof(TrainingOptions)] = Options(new TrainingOptions(Steps: 2, Batch: 2), [.. BadTraining]),
        [typeof(Floe.Effects.Plans.TrainingSettings)] = Options(
            new Floe.Effects.Plans.TrainingSettings(new TrainingOptions(Steps: 2, Batch: 2), 64, 1),
            [
                s => s with { MicroBatchTokens = 0 }, s => s with { CheckpointEvery = 0 }, s => s with { CheckpointEvery = -1 },
                .. BadTraining.Select(
                    bad =>
                        new Func<Floe.Effects.Plans.TrainingSettings, Floe.Effects.Plans.TrainingSettings>(
                            s => s with { Options = bad(s.Options) })),
            ]),
        [typeof(Floe.Effects.Training.AdamWOptions)] = Options(
            new Floe.Effects.Training.AdamWOptions(), o =>
                o with { Beta1 = 2 }, o => o with { Beta2 = double.NaN }, o => o with { Epsilon = -1 }, o => o with { WeightDecay = -1 },
            o => o with { ClipNorm = double.NaN }, o => o with { ClipNorm = -1 }),
        [typeof(Floe.Effects.Stages.CollectRequest)] = Options(
            Place.Request, o =>
                o with { Modules = [] }, o =>
                    o with { Modules = Array((Projection)9) }, o =>
                        o with { Rank = 0 }, o => o with { Rank = Huge }, o => o with { Alpha = double.NaN },
            o =>
                o with { Shards = 0 }, o =>
                    o with { Shards = -1 }, o =>
                        o with { TaylorBatch = -1 }, o => o with { MicroBatchTokens = -1 }, o => o with { AncestorBatch = 0 }),
    };

    private static Given Texts => new(
        _ => new[] { new TextSample("one two", " three"), new TextSample("four", " five") },
        ("none", _ => System.Array.Empty<TextSample>()),
        ("no words", _ => new[] { new TextSample("", "") }),
        ("no completion", _ => new[] { new TextSample("one", "") }),
        ("a very long one", _ => new[] { new TextSample(new string('a', 5000), new string('b', 5000)) }));

    private static Given Sets => new(
        w => Of((TextSample[])Texts.Right(w)!),
        [.. Texts.Wrong.Select(
            bad => (bad.Name, (Func<World, object?>)(w => Of((TextSample[])bad.Make(w)!)))), (
                "of fewer places", w => Of((TextSample[])Texts.Right(w)!) with { Places = [] })]);

    private static DataSet Of(TextSample[] samples) => new("data.jsonl", toArray(samples), "");

    private static IEnumerable<(string Name, Func<World, object?> Make)> BadIds =>
    [
        ("empty", _ => ReadOnlyMemory<int>.Empty),
        ("one", w => w.Home.Ids(1)),
        ("beyond the vocabulary", w => w.Larger.Ids(6)),
        ("negative", _ => (ReadOnlyMemory<int>)new[] { 1, -1, 2 }),
        ("the largest number", _ => (ReadOnlyMemory<int>)new[] { 1, Huge, 2 }),
        ("longer than the context", w => w.Home.Ids(100)),
    ];

    private static IEnumerable<(string Name, Func<World, object?> Make)> BadSamples =>
    [
        .. BadIds.Select(bad => (bad.Name, (Func<World, object?>)(w => LossBatch.AllSupervised((ReadOnlyMemory<int>)bad.Make(w)!)))),
        ("flags of another length", _ => new TokenizedSample(Array(1, 2, 3), Array(false, true))),
        ("more flags", _ => new TokenizedSample(Array(1, 2, 3), Array(false, true, true, true, true))),
        ("nothing supervised", _ => new TokenizedSample(Array(1, 2, 3), Array(false, false, false))),
        ("the first supervised", _ => new TokenizedSample(Array(1, 2, 3), Array(true, false, false))),
        ("nothing at all", _ => new TokenizedSample(default, default)),
    ];

    private static IEnumerable<(string Name, Func<World, object?> Make)> BadConfigs =>
        new (string Name, Func<DecoderConfig, DecoderConfig> Change)[]
        {
            ("without layers", c => c with { Layers = 0 }), (
                "of negative layers", c => c with { Layers = -1 }), ("of width 0", c => c with { Hidden = 0 }),
            ("of width -1", c => c with { Hidden = -1 }), ("without heads", c => c with { Heads = 0 }), (
                "without key heads", c => c with { KvHeads = 0 }),
            ("of key heads that do not divide", c => c with { KvHeads = 3 }), ("of odd head width", c => c with { HeadDim = 7 }),
            ("without vocabulary", c => c with { Vocabulary = 0 }), ("of a huge vocabulary", c => c with { Vocabulary = Huge }),
            ("of huge layers", c => c with { Neurons = Huge, Hidden = Huge }), ("without context", c => c with { MaxPositions = 0 }),
            ("of no epsilon", c => c with { RmsNormEpsilon = double.NaN }), (
                "of too few divisors", c => c with { Rope = new RopeScaling.Divided(Array(1f)) }),
            ("of a factor 0", c => c with { Rope = new RopeScaling.Linear(0) }),
        }.Select(bad => (bad.Name, (Func<World, object?>)(w => bad.Change(w.Home.Config))));

    private static IEnumerable<(string Name, Func<World, object?> Make)> BadPlans =>
        new (string Name, Func<AdapterPlan, AdapterPlan> Change)[]
        {
            ("without layers", p => p with { Layers = [] }), ("without modules", p => p with { Modules = [] }), (
                "of nothing", p => p with { Layers = default, Modules = default }),
            ("of an unknown module", p => p with { Modules = Array((Projection)9) }), (
                "of a module twice", p => p with { Modules = Array(Projection.Query, Projection.Query) }),
            ("of a layer beyond", p => p with { Layers = Array(new LayerAdapter(99, 2, 2)) }), (
                "of a layer before", p => p with { Layers = Array(new LayerAdapter(-1, 2, 2)) }),
            ("of a layer twice", p => p with { Layers = Array(new LayerAdapter(0, 2, 2), new LayerAdapter(0, 2, 2)) }),
            ("of rank 0", p => p with { Layers = Array(new LayerAdapter(0, 0, 2)) }), (
                "of rank -1", p => p with { Layers = Array(new LayerAdapter(0, -1, 2)) }),
            ("of a huge rank", p => p with { Layers = Array(new LayerAdapter(0, Huge, 2)) }), (
                "without experts", p => p with { Layers = Array(new LayerAdapter(0, 2, 0)) }),
            ("of huge experts", p => p with { Layers = Array(new LayerAdapter(0, 2, Huge)) }), (
                "of LoRA with experts", p => p with { Kind = new AdapterKind.Lora() }),
            ("of a kind without ranks", p => p with { Kind = new AdapterKind.Ia3() }), ("of alpha 0", p => p with { Alpha = 0 }), (
                "of no alpha", p => p with { Alpha = double.NaN }),
            ("of dropout 1", p => p with { Dropout = 1 }), ("of no dropout", p => p with { Dropout = double.NaN }),
            ("of an override of rank 0", p => p with { Overrides = Array(new ModuleOverride(0, Projection.Query, 0, 8)) }),
            ("of an override of a huge rank", p => p with { Overrides = Array(new ModuleOverride(0, Projection.Query, Huge, 8)) }),
            ("of an override without alpha", p => p with { Overrides = Array(new ModuleOverride(0, Projection.Query, 2, double.NaN)) }),
        }.Select(bad => (bad.Name, (Func<World, object?>)(w => bad.Change(w.Home.Plan))));

    private static Func<TrainingOptions, TrainingOptions>[] BadTraining =>
    [
        o =>
            o with { Steps = 0 }, o =>
                o with { Steps = -1 }, o => o with { Steps = None, Epochs = double.NaN }, o => o with { Steps = None, Epochs = -1 },
        o => o with { Batch = 0 }, o => o with { Batch = -1 }, o => o with { LearningRate = double.NaN }, o => o with { LearningRate = -1 },
        o =>
            o with { WarmUpShare = double.NaN }, o =>
                o with { WarmUpShare = 7 }, o =>
                    o with { ClipNorm = -1 }, o => o with { WeightDecay = double.NaN }, o => o with { MaxLength = 0 },
    ];

    /// <summary>Options and changes of them, each named by what the changed ones print.</summary>
    public static Given Options<T>(T right, params Func<T, T>[] changes)
        where T : class =>
            new(_ => right, [.. changes.Select((change, i) => ($"{change(right)}", (Func<World, object?>)(_ => change(right))))]);

    private static (string Name, Func<World, object?> Make) OneOfMany((string Name, Func<World, object?> Make) bad) =>
        ("one is " + bad.Name, w => bad.Make(w) switch
    {
        TokenizedSample sample => new[] { w.Home.Samples[0], sample },
        ReadOnlyMemory<int> ids => new[] { w.Home.Ids(5), ids },
        _ => throw new NotSupportedException(),
    });
}
