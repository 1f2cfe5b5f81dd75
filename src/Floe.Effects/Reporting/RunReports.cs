using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>Writes the page of a run, and its pictures as files of their own.</summary>
public static class RunReports
{
    /// <summary>Reads a run folder and writes one self-contained HTML file.</summary>
    /// <param name="folder">The run folder, in whatever state.</param>
    /// <param name="target">The file.</param>
    public static Either<FloeError, Unit> Write(string folder, string target) =>
        from report in Read(folder)
        from written in AtomicFile.WriteText(target, ReportPage.Render(report))
        select written;

    /// <summary>Reads a run folder and writes its charts as SVG files, <c>NAME-light.svg</c> and <c>NAME-dark.svg</c> each, for a README or
    /// a paper.</summary>
    /// <param name="folder">The run folder, in whatever state.</param>
    /// <param name="target">Where to.</param>
    /// <returns>The paths written; a chart that the run lacks the data of is left out.</returns>
    public static Either<FloeError, Arr<string>> WritePictures(string folder, string target) =>
        from report in Read(folder)
        from made in FileErrors.Try(target, "make the folder", () => Directory.CreateDirectory(target))
        let files = toArray(
            from palette in new[] { (Name: "light", Colours: Palette.Light), (Name: "dark", Colours: Palette.Dark) }
            from picture in Pictures
            from text in picture.Draw(report, palette.Colours).AsEnumerable()
            select (Path: Path.Combine(target, $"{picture.Name}-{palette.Name}.svg"), Text: text))
        from written in files.Each(file => AtomicFile.WriteText(file.Path, file.Text))
        select files.Map(file => file.Path);

    private static readonly (string Name, Func<RunReport, Palette, Option<string>> Draw)[] Pictures =
    [
        ("saliency", ReportPictures.Saliency),
        ("held-out-loss", ReportPictures.HeldOutLoss),
        ("training-loss", ReportPictures.TrainingLoss),
        ("mask-heads", (report, palette) => ReportPictures.Masks(report, Component.Head, palette)),
        ("mask-neurons", (report, palette) => ReportPictures.Masks(report, Component.Neuron, palette)),
    ];

    private static Either<FloeError, RunReport> Read(string folder) =>
        RunReportReader.Read(
            folder, Array(new FactGroup("Program", Array(("Floe", TableMetadata.Tool), (".NET", Environment.Version.ToString())))));
}
