using System.Globalization;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>
/// A study as tables for other programs: <c>trials</c>, one row a trial, and <c>trainings</c>, one row a trial, seed and step; each as
/// Parquet and as CSV (docs/formats.md). Any study of a store, whoever began it.
/// </summary>
internal static class StudyExport
{
    /// <summary>Name and version of the trials' format.</summary>
    public const string TrialsFormat = "trials/1";

    /// <summary>Name and version of the trainings' format.</summary>
    public const string TrainingsFormat = "trainings/1";

    /// <summary>Writes the four files.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The study; that of the store where it holds one.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The paths, and how many trials and trainings there are.</returns>
    public static Either<FloeError, (Arr<string> Paths, int Trials, int Trainings)> Write(
        IStudyStore store, Option<string> name, string folder) =>
        from log in store.Read()
        from study in Study(store.Name, log, name)
        let read = RankStudy.Of(log, study, SearchSpace.Of(RankRange.Default))
        let records = log.Of(study.Id).ToArray()
        let trials = Trials(records, read)
        let trainings = Trainings(read)
        from one in Write(folder, "trials", TrialsFormat, study.Name, trials)
        from two in Write(folder, "trainings", TrainingsFormat, study.Name, trainings)
        select (one + two, records.Length, read.Trials.Sum(t => t.Losses.Map(l => l.Seed).Distinct().Count()));

    private static Either<FloeError, StudyRecord> Study(string store, StudyLog log, Option<string> name) => name.Match(
        Some: wanted => log.Find(wanted),
        None: () => log.Studies.Count == 1 ? Some(log.Studies.Values.First()) : None).ToEither<FloeError>(new FloeError.BadData(
            store,
            name.Match(wanted => $"the study {wanted}", () => "one study, or --name to say which"),
            log.Studies.Count == 0 ? "no study" : string.Join(", ", log.Studies.Values.Select(s => s.Name)),
            "Give the store of a study, and --name where it holds several."));

    private static OutputColumn[] Trials(TrialRecord[] records, RankStudy study)
    {
        string[] names = [.. records.SelectMany(t => t.Parameters.Keys).Distinct().Order(StringComparer.Ordinal)];
        return
        [
            new OutputColumn.Integers("trial", records.Select(t => t.Number).ToArray()),
            new OutputColumn.Texts("state", [.. records.Select(t => t.State.ToString())]),
            .. names.Select(name => Parameter(name, records)),
            new OutputColumn.OptionalDoubles("value", records.Select(t => t.Value.ToNullable()).ToArray()),
            new OutputColumn.OptionalDoubles("repeats", study.Trials.Map(t => t.Repeats.Map(n => (double)n).ToNullable()).ToArray()),
            new OutputColumn.Texts("reason", [.. study.Trials.Map(t => t.Reason)]),
            new OutputColumn.Texts("worker", [.. study.Trials.Map(t => t.Worker.IfNone(""))]),
            new OutputColumn.Texts("start", [.. records.Select(t => t.Start.IfNone(""))]),
            new OutputColumn.Texts("end", [.. records.Select(t => t.End.IfNone(""))]),
        ];
    }

    // A number as a number; a word as a word, empty where the trial has none.
    private static OutputColumn Parameter(string name, TrialRecord[] records)
    {
        Option<Parameter>[] values = [.. records.Select(t => t.Parameters.TryGetValue(name, out Parameter? p) ? Some(p) : None)];
        return values.Any(v => v.Exists(p => Words(p.Distribution).Length > 0))
            ? new OutputColumn.Texts(
                name, [.. values.Select(v => v.Map(p => Words(p.Distribution).ElementAtOrDefault((int)p.Stored) ?? "").IfNone(""))])
            : new OutputColumn.OptionalDoubles(name, values.Select(v => v.Map(p => p.Stored).ToNullable()).ToArray());
    }

    private static string[] Words(string distribution)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(distribution);
            return JsonText.Has(StudyJson.Member(document.RootElement, "attributes"), "choices", out JsonElement choices)
                ? [.. choices.EnumerateArray().Select(c => c.ToString())]
                : [];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return [];
        }
    }

    private static OutputColumn[] Trainings(RankStudy study)
    {
        (int Trial, SeedLoss Loss)[] rows = [.. study.Trials.SelectMany(t => t.Losses.AsEnumerable().Select(l => (t.Number, l)))];
        return
        [
            new OutputColumn.Integers("trial", rows.Select(r => r.Trial).ToArray()),
            new OutputColumn.Longs("seed", rows.Select(r => r.Loss.Seed).ToArray()),
            new OutputColumn.Integers("step", rows.Select(r => r.Loss.Step).ToArray()),
            new OutputColumn.Doubles("loss", rows.Select(r => r.Loss.Loss).ToArray()),
            new OutputColumn.Doubles("seconds", rows.Select(r => r.Loss.Seconds).ToArray()),
        ];
    }

    private static Either<FloeError, Arr<string>> Write(string folder, string name, string format, string study, OutputColumn[] columns)
    {
        string table = Path.Combine(folder, name + ".parquet"), text = Path.Combine(folder, name + ".csv");
        return
            from one in TableWriter.Write(
                table, [("floe.format", format), ("floe.tool", TableMetadata.Tool), ("floe.study", study)], columns)
            from two in AtomicFile.WriteText(text, Csv(columns))
            select Array(table, text);
    }

    // RFC 4180 but for the line ends, which are newlines.
    private static string Csv(OutputColumn[] columns)
    {
        string[][] cells = [.. columns.Select(Cells)];
        StringBuilder csv = new StringBuilder().AppendJoin(',', columns.Select(c => Quoted(c.Name))).Append('\n');
        for (int row = 0; row < cells[0].Length; row++)
        {
            csv.AppendJoin(',', cells.Select(column => Quoted(column[row]))).Append('\n');
        }

        return csv.ToString();
    }

    private static string[] Cells(OutputColumn column) => column switch
    {
        OutputColumn.Integers c => [.. c.Values.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))],
        OutputColumn.Longs c => [.. c.Values.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))],
        OutputColumn.Doubles c => [.. c.Values.ToArray().Select(StudyJson.Number)],
        OutputColumn.OptionalDoubles c => [.. c.Values.ToArray().Select(v => v is double known ? StudyJson.Number(known) : "")],
        OutputColumn.Texts c => [.. c.Values],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0
        ? cell
        : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
