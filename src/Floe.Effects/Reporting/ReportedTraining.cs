using System.Text;
using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>Loss curves from the journals of training.</summary>
internal static class ReportedTraining
{
    /// <summary>The curve of a policy; none where it has not been trained. The journal counts steps from 0, the report from 1.</summary>
    public static Either<FloeError, Option<TrainingCurve>> Curve(string folder, string policy) =>
        RunReportReader.Found(Path.Combine(folder, RunFolder.Of(policy, "run.jsonl")), path =>
            from journal in Journal.Read(path)
            from points in journal.Lines.Select((line, i) => (line, i)).Each(p => Point($"{path}, line {p.i + 1}", p.line))
            select new TrainingCurve(policy, toArray(points)));

    private static Either<FloeError, (int Step, double Loss)> Point(string at, string line) =>
        from root in JsonText.Parse(at, Encoding.UTF8.GetBytes(line))
        from step in ResultJson.Needed(at, root, "step")
        from loss in ResultJson.Needed(at, root, "loss")
        select ((int)step + 1, loss);
}
