using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using Floe.Tests.Properties.Reports;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Reports;

/// <summary>Writes a whole run folder from a seed, with the writers that the stages use.</summary>
internal static class RunFolderOnDisk
{
    public const int Layers = 6;

    public static readonly ModelShape Shape = new(Layers, 4, 2, 40, 16, 4);

    public static readonly string[] Policies = ["fisher", "random", "weight-norm", "all"];

    public const string Plan = """
        name: small
        model: models/small
        seed: 7
        sample: [{data: sample.jsonl, take: 12}]
        heldout: [{data: sample.jsonl, skip: 12, take: 4}]
        selection: {layers: 2}
        policies: [fisher, random, weight-norm, all]
        """;

    public static void Write(string folder)
    {
        var random = new Random(5);
        double[] fisher = Doubles(random, Shape.Units);
        ScoreSums sums = Expect.Right(
            from f in ScoreSums.OfFisher(Shape, fisher, 12)
            from t in ScoreSums.OfTaylor(Shape, Doubles(random, Shape.Units), 1)
            from both in ScoreSums.Merge([f, t])
            select both);
        ScoreTable table = Expect.Right(sums.ToTable());
        LayerStatistics statistics = Expect.Right(LayerStatistics.None(Layers).With("weight_norm", Doubles(random, Layers)));
        TableMetadata metadata = TableMetadata.Of(Shape) with { Seed = 7, Model = new ModelIdentity(new string('a', 64), "small") };
        SelectionResult fisherResult = Result(table, new Policy.Fisher(), statistics);
        UnitMasks tuned = Expect.Right(fisherResult.Masks.With(
            2, Component.Neuron, [
                .. fisherResult.Masks.OfComponent(2, Component.Neuron).ToArray().Select(m => m * 1.25)], new TuningStatus.Tuned(2, 1)));

        File.WriteAllText(Path.Combine(folder, RunFolder.Plan), Plan);
        Expect.Right(ScoreTables.Write(At(folder, RunFolder.Scores), sums, metadata));
        Expect.Right(StatisticsTables.Write(At(folder, RunFolder.Statistics), statistics, metadata));
        Expect.Right(
            MaskTables.Write(At(folder, RunFolder.Masks), fisherResult.Masks, true, MaskSummary.Of(fisherResult.Search), metadata));
        Expect.Right(MaskTables.Write(At(folder, RunFolder.TunedMasks), tuned, true, MaskSummary.Of(fisherResult.Search), metadata));
        foreach (string policy in Policies)
        {
            SelectionResult result = Result(table, Expect.Right(Policy.Parse(policy)), statistics);
            Expect.Right(
                LayerTables.Write(
                    At(folder, RunFolder.Of(policy, "layers.parquet")), [
                        .. LayerTables.Rows(result, statistics)], MaskSource.Binary, metadata));
            for (int step = 0; step < 5; step++)
            {
                Expect.Right(
                    Journal.Append(
                        At(folder, RunFolder.Of(policy, "run.jsonl")), $"{{\"step\":{step},\"loss\":{5 - step}.5,\"tokens\":64}}"));
            }

            Expect.Right(
                EvaluationFile.Write(At(folder, RunFolder.Of(policy, "eval.json")), new EvaluationResult(1.5, Math.Exp(1.5), 40, 4, 0.25)));
        }

        Expect.Right(ComparisonFile.Write(At(folder, RunFolder.Comparison), Compared));
        SampleReports.Full().Samples.Iter(sample => Expect.Right(SampleFile.Append(At(folder, RunFolder.Samples), sample)));
        Expect.Right(RunManifestFile.Write(folder, new RunManifest("small", 7, new string('b', 64), Array(new StageRecord(
            "collect", "c", Map(
                ("model: small", "d"), ("adapted", "e")), Map((RunFolder.Scores, "f")), 1.5, 640, 1 << 28, "floe 0.1.0")))));
    }

    public static Comparison Compared { get; } = new(
        new PolicyOutcome("base", Arr<int>.Empty, 0, 2.5, Math.Exp(2.5), 0.0, None, None),
        toArray(Policies.Select(
            (policy, i) =>
                new PolicyOutcome(policy, Array(i, i + 1), 1000 * (i + 1), 2 - (0.1 * i), Math.Exp(2 - (0.1 * i)), 0.25, 3.5, 1 << 28))));

    public static string At(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static SelectionResult Result(ScoreTable table, Policy policy, LayerStatistics statistics) =>
        Expect.Right(Select.Run(table, new SelectionOptions { Policy = policy, Choice = new LayerChoice.Top(2) }, statistics));

    private static double[] Doubles(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 0.01 + random.NextDouble())];
}
