using Floe.Domain.Reports;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Tests.Properties.Reports;

/// <summary>Runs as they come out of the tool, made up from a seed.</summary>
internal static class SampleReports
{
    public static ModelShape SmolShape { get; } = new(30, 9, 3, 1536, 576, 64);

    /// <summary>A run with everything, in the shape of SmolLM2-135M.</summary>
    public static RunReport Full(int seed = 1) => Make(SmolShape, ["fisher", "random", "weight-norm", "all"], 8, 120, seed);

    /// <summary>Many layers, many policies, long names and a long training log.</summary>
    public static RunReport Deep(int seed = 2) => Make(
        new ModelShape(126, 128, 8, 4096, 16384, 128),
        ["fisher", "random", "weight-norm", "all", "first", "last", "even", "stratified-snr", "column:a-name-of-a-user"],
        32,
        4000,
        seed);

    /// <summary>The smallest run: one layer, one head, one neuron, one policy, one step.</summary>
    public static RunReport Tiny(int seed = 3) => Make(new ModelShape(1, 1, 1, 1, 4, 4), ["fisher"], 1, 1, seed);

    /// <summary>A run of which nothing is known but its name.</summary>
    public static RunReport Bare { get; } = new(
        "bare",
        new Subject("", Option<ModelShape>.None, "", "", ""),
        0,
        "fisher",
        Arr<PolicyColumn>.Empty,
        Arr<LayerSeries>.Empty,
        Arr<MaskMap>.Empty,
        Option<MaskSearchSummary>.None,
        Arr<TuningOutcome>.Empty,
        Arr<TrainingCurve>.Empty,
        Option<PolicyOutcome>.None,
        Arr<PolicyOutcome>.Empty,
        Arr<SampleText>.Empty,
        new Provenance("", "", Arr<FactGroup>.Empty, Arr<StageSummary>.Empty));

    public static RunReport Make(ModelShape shape, string[] policies, int chosen, int steps, int seed)
    {
        var random = new Random(seed);
        int layers = shape.Layers;
        double[] importance = [.. Enumerable.Range(0, layers).Select(l =>
            0.45 + (0.25 * Math.Sin(4.1 * l / layers)) + (l > layers * 0.8 ? 0.15 : 0) + (0.12 * random.NextDouble()))];
        double[] fisher = [.. importance.Select(s => 3.4e-7 * Math.Exp(3 * (1 - s)) * (0.7 + (0.6 * random.NextDouble())))];
        PolicyColumn[] columns = [.. policies.Select(p => Column(p, layers, chosen, importance, random))];
        bool[] kept = [.. Enumerable.Range(0, shape.Units).Select(i =>
            random.NextDouble() * 0.5 + (
                0.25 * Math.Sin(i % shape.UnitsPerLayer * 9.0 / shape.UnitsPerLayer)) + 0.25 > importance[i / shape.UnitsPerLayer] - 0.1)];
        return new RunReport(
            "smollm2-genmedgpt",
            new Subject(
                "SmolLM2-135M-Instruct", shape, "Hydra, rank 8, alpha 32, 4 experts, gate+up+down", "128 samples of GSM8K and GenMedGPT",
                    "GenMedGPT, 2,000 samples"),
            layers,
            "fisher",
            Prelude.toArray(columns),
            Series(importance, fisher, random),
            Prelude.toArray(new[] { Component.Head, Component.Neuron }.Select(c => Expect.Right(MaskMap.Bin(shape, c, kept, 64)))),
            Search(shape, importance, random),
            Prelude.toArray(
                Enumerable.Range(0, layers).SelectMany(l => new[] { Component.Head, Component.Neuron }.Select(c => Tuning(l, c, random)))),
            Prelude.toArray(policies.Select((p, i) => Curve(p, i, steps, random))),
            new PolicyOutcome("base", Arr<int>.Empty, 0, 2.9134, Math.Exp(2.9134), 0.0, Option<double>.None, Option<long>.None),
            Prelude.toArray(columns.Select((c, i) => Outcome(c, layers, i))),
            Samples,
            Provenance)
        {
            Stability = Stability(columns[0], random),
            StabilityLevel = 0.9,
        };
    }

    private static Arr<LayerStability> Stability(PolicyColumn column, Random random) => Prelude.toArray(column.Ranks.Select((rank, layer) =>
        new LayerStability(
            layer,
            rank,
            column.Chosen.Contains(layer),
            Math.Max(0, rank - random.Next(4)),
            Math.Min(column.Ranks.Count - 1, rank + random.Next(4)),
            Math.Clamp(column.Chosen.Contains(layer) ? 0.6 + (0.5 * random.NextDouble()) : 0.6 * random.NextDouble() - 0.2, 0, 1))));

    private static PolicyColumn Column(string policy, int layers, int chosen, double[] importance, Random random)
    {
        double[] scores = policy == "fisher" ? importance : [.. Enumerable.Range(0, layers).Select(_ => random.NextDouble())];
        int[] order = [.. Enumerable.Range(0, layers).OrderByDescending(l => scores[l])];
        int[] ranks = [.. Enumerable.Range(0, layers).Select(l => Array.IndexOf(order, l))];
        return policy == "all"
            ? new PolicyColumn(policy, Arr<double>.Empty, Arr<int>.Empty, Prelude.toArray(Enumerable.Range(0, layers)))
            : new PolicyColumn(policy, Prelude.toArray(scores), Prelude.toArray(ranks), Prelude.toArray(order.Take(chosen).Order()));
    }

    private static Arr<LayerSeries> Series(double[] importance, double[] fisher, Random random) => Prelude.Array(
        new LayerSeries("Fisher", "Sum of τ over the layer's units.", Prelude.toArray(fisher)),
        new LayerSeries(
            "Taylor", "Sum of t over the layer's units.", Prelude.toArray(
                fisher.Select(f => 5e3 * Math.Sqrt(f) * (0.8 + (0.4 * random.NextDouble()))))),
        new LayerSeries(
            "Head sparsity", "Share of heads masked, 1 − mean m.", Prelude.toArray(
                importance.Select(s => Math.Clamp(s + (0.3 * (random.NextDouble() - 0.5)), 0, 1)))),
        new LayerSeries("Neuron sparsity", "Share of neurons masked, 1 − mean m.", Prelude.toArray(importance)),
        new LayerSeries(
            "Weight norm", "Frobenius norm of the layer's weights.", Prelude.toArray(
                importance.Select((_, l) => 61.2 + (0.7 * l) + random.NextDouble()))));

    private static MaskSearchSummary Search(ModelShape shape, double[] importance, Random random)
    {
        Arr<int> before = Ranks(importance);
        Arr<int> after = Ranks([.. importance.Select(s => s + (0.06 * random.NextDouble()))]);
        return new MaskSearchSummary(
            CostBasis.Unit,
            23.41,
            0.01934,
            46.82,
            0.01702,
            Prelude.Array(
                new MaskStage(
                    "determination", shape.Layers * (long)shape.Heads / 2, shape.Layers * (long)shape.Neurons * 2 / 5, 26.2, 0.01741,
                        before),
                new MaskStage(
                    "refinement", shape.Layers * (long)shape.Heads / 3, shape.Layers * (long)shape.Neurons / 2, 23.409, 0.01697, after),
                new MaskStage(
                    "tuning", shape.Layers * (long)shape.Heads / 3, shape.Layers * (long)shape.Neurons / 2, 23.409, 0.01697, after)),
            Prelude.toArray(Enumerable.Range(0, shape.Layers).Select(l => new ExchangeCount(
                l, random.Next(2), random.Next(3), random.Next(20, 160), random.Next(10, 120)))));
    }

    private static Arr<int> Ranks(double[] scores)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(l => scores[l])];
        return Prelude.toArray(Enumerable.Range(0, scores.Length).Select(l => Array.IndexOf(order, l)));
    }

    private static TuningOutcome Tuning(int layer, Component component, Random random)
    {
        double mean = 0.3 + (0.4 * random.NextDouble());
        bool tuned = random.NextDouble() < 0.93;
        return new TuningOutcome(layer, component, tuned, tuned ? "" : "a value beyond ±10", mean, tuned ? mean * 1.06 : mean);
    }

    private static TrainingCurve Curve(string policy, int index, int steps, Random random) => new(
        policy,
        Prelude.toArray(Enumerable.Range(1, steps).Select(step =>
            (step, 1.82 + (0.04 * index) + (1.1 * Math.Exp(-step / (steps * 0.18))) + (0.16 * (random.NextDouble() - 0.5))))));

    private static PolicyOutcome Outcome(PolicyColumn column, int layers, int index)
    {
        double loss = column.Policy == "all" ? 1.782 : 1.858 + (0.013 * index);
        return new PolicyOutcome(
            column.Policy, column.Chosen, 304_128L * column.Chosen.Count, loss, Math.Exp(loss), 0.41 - (0.02 * index),
            31.5 + (118.0 * column.Chosen.Count / layers), (long)(1.31e9 + (4.1e8 * column.Chosen.Count / layers)));
    }

    private static Arr<SampleText> Samples => Prelude.Array(
        new SampleText(
            "fisher",
            "If you are a doctor, please answer the medical questions based on the patient's description.\nI have had a dry cough for two "
                + "weeks.",
            "A dry cough that lasts for two weeks may be caused by a viral infection. A chest examination is advisable.",
            "I'm sorry to hear that you've been experiencing a dry cough. As a language model, I",
            "A dry cough that lasts for two weeks may be caused by a viral infection. A chest examination is advisable."),
        new SampleText("fisher", "sort: 7 3 9 1", "1 3 7 9", "sort: 7 3 9 1\nsort: 7 3 9 1", "1 3 7 9"),
        new SampleText("fisher", "if (a < b && b > c) return \"<b>&amp;</b>\";", "", "", "return a;"));

    private static Provenance Provenance => new(
        "./floe run plans/smollm2.yaml --seed 42 --out runs/smollm2-genmedgpt",
        "model: SmolLM2-135M-Instruct\nsample:\n  - gsm8k: 64\n  - genmedgpt: 64\nselect:\n  policies: [fisher, random, weight-norm, "
            + "all]\n  layers: 8\nadapter: {kind: hydra, rank: 8, alpha: 32, experts: 4, modules: [gate_proj, up_proj, down_proj]}\nsteps: "
            + "120\nseed: 42",
        Prelude.Array(
            new FactGroup("Seeds", Prelude.Array(("run", "42"), ("random policy", "42"))),
            new FactGroup("Versions", Prelude.Array(("Floe", "0.1.0"), (".NET", "10.0.1"), ("LibTorch", "2.6.0"), ("threads", "2"))),
            new FactGroup("Hashes", Prelude.Array(
                ("model", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                ("sample data", "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")))),
        Prelude.Array(
            new StageSummary("adapt-sample", 41.2, 81_920, 1_310_000_000, Outputs("adapted")),
            new StageSummary("collect", 63.8, 20_480, 1_410_000_000, Outputs("scores.parquet", "statistics.parquet")),
            new StageSummary("select", 0.09, 0, 0, Outputs("masks.parquet", "layers.parquet")),
            new StageSummary("adapt fisher", 62.9, 122_880, 1_320_000_000, Arr<(string, string)>.Empty)));

    private static Arr<(string, string)> Outputs(params string[] paths) =>
        Prelude.toArray(paths.Select(path => (path, "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")));
}
