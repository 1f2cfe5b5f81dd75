using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Files;
using Floe.Effects.Runs.Reporting;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs.Work;

/// <summary>Writes the page of a run.</summary>
public static class RunReports
{
    /// <summary>Reads a run folder and writes one self-contained HTML file.</summary>
    /// <param name="folder">The run folder, in whatever state.</param>
    /// <param name="target">The file.</param>
    public static Either<FloeError, Unit> Write(string folder, string target) =>
        from report in RunReportReader.Read(folder, Array(new FactGroup("Program", Array(("Floe", TableMetadata.Tool), (".NET", Environment.Version.ToString())))))
        from written in AtomicFile.WriteText(target, ReportPage.Render(report))
        select written;
}
