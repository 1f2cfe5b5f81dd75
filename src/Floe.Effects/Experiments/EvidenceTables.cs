using Floe.Domain;
using Floe.Domain.Experiments;
using Floe.Effects.Files;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Experiments;

/// <summary>The tables of an experiment, from which every number that it reports can be computed again.</summary>
internal static class EvidenceTables
{
    /// <summary>The trained sets, one row a set and seed.</summary>
    public const string Trained = "trained.parquet";

    /// <summary>Losses of the held-out samples, one row a trained set, seed and sample.</summary>
    public const string Losses = "losses.parquet";

    /// <summary>Policies beside random sets and all layers, one row a policy and number of layers.</summary>
    public const string Evidence = "evidence.parquet";

    /// <summary>Writes the three tables.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="evidence">The evidence for each number of layers.</param>
    /// <param name="metadata">What the tables say of themselves.</param>
    public static Either<FloeError, Unit> Write(string folder, Arr<CellEvidence> evidence, TableMetadata metadata)
    {
        TrainedRow[] rows = [.. evidence.AsEnumerable().SelectMany(cell => cell.Rows)];
        (int Number, PolicyEvidence Row)[] policies = [
            .. evidence.AsEnumerable().SelectMany(cell => cell.Policies.Map(row => (cell.Number, row)))];
        (int Row, int Sample, double Loss)[] losses = [
            .. rows.SelectMany((row, r) => row.Losses.AsEnumerable().Select((loss, s) => (r, s, loss)))];
        return Unfinished.Writing(folder, "floe experiment", [Trained, Losses, Evidence], () =>
            from trained in TableWriter.Write(Path.Combine(folder, Trained), metadata.Pairs("experiment-trained/1"),
            [
                Whole("n", rows, row => row.Number),
                Text("chosen_by", rows, row => row.Policies),
                Text("layers", rows, row => row.Layers),
                Whole("seed", rows, row => row.Seed),
                Number("learning_rate", rows, row => row.Rate),
                Whole("rank", rows, row => row.Rank),
                Number("loss", rows, row => row.Losses.AsEnumerable().Average()),
                Number("seconds", rows, row => row.Seconds),
                new OutputColumn.Longs("peak_bytes", System.Array.ConvertAll(rows, row => row.PeakBytes)),
            ])
            from each in TableWriter.Write(Path.Combine(folder, Losses), metadata.Pairs("experiment-losses/1"),
            [
                Whole("row", losses, loss => loss.Row),
                Whole("sample", losses, loss => loss.Sample),
                Number("loss", losses, loss => loss.Loss),
            ])
            from found in TableWriter.Write(Path.Combine(folder, Evidence), metadata.Pairs("experiment-evidence/1"),
            [
                Whole("n", policies, p => p.Number),
                Text("policy", policies, p => p.Row.Policy),
                Text("layers", policies, p => string.Join(' ', p.Row.Layers.AsEnumerable())),
                Number("loss", policies, p => p.Row.Loss),
                Number("percentile", policies, p => p.Row.Percentile),
                Number("against_random", policies, p => p.Row.AgainstRandom.Mean),
                Number("against_random_low", policies, p => p.Row.AgainstRandom.Low),
                Number("against_random_high", policies, p => p.Row.AgainstRandom.High),
                Number("p_corrected", policies, p => p.Row.Corrected),
                Number("against_all", policies, p => p.Row.AgainstAll.Mean),
                Number("against_all_low", policies, p => p.Row.AgainstAll.Low),
                Number("against_all_high", policies, p => p.Row.AgainstAll.High),
                Number("share_of_gain", policies, p => p.Row.ShareOfGain),
            ])
            select found);
    }

    private static OutputColumn.Integers Whole<T>(string name, T[] rows, Converter<T, int> value) =>
        new(name, System.Array.ConvertAll(rows, value));

    private static OutputColumn.Doubles Number<T>(string name, T[] rows, Converter<T, double> value) =>
        new(name, System.Array.ConvertAll(rows, value));

    private static OutputColumn.Texts Text<T>(string name, T[] rows, Converter<T, string> value) =>
        new(name, System.Array.ConvertAll(rows, value));
}
