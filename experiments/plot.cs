#!/usr/bin/env dotnet
#:project ../src/Floe.Effects/Floe.Effects.csproj
#:property PublishAot=false

// Layer importance and three policies as one picture: dotnet run experiments/plot.cs [scores.parquet] [saliency.svg]
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Reports;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

string path = args is [var given, ..] ? given : "data/smollm2/scores.parquet";
string target = args is [_, var named, ..] ? named : "saliency.svg";
Policy[] policies = [new Policy.Fisher(), new Policy.Stratified(new Policy.Fisher()), new Policy.Even()];

Either<FloeError, string> drawn =
    from file in ScoreTables.Read(path)
    from table in file.Sums.ToTable()
    let options = new SelectionOptions { Choice = new LayerChoice.Top(Math.Min(8, table.Shape.Layers)) }
    from results in Sweep.Run(table, [.. policies.Select(p => options with { Policy = p })])
    from picture in ReportPictures.Saliency(Report(file, table, results), Palette.Light).ToEither(NothingToDraw())
    from written in AtomicFile.WriteText(target, picture)
    select $"{target}: {table.Shape.Layers} layers, {policies.Length} policies\n";

return drawn.Match(
    Right: text =>
    {
        Console.Write(text);
        return 0;
    },
    Left: error =>
    {
        Console.Error.WriteLine(error.Message);
        return error.ExitCode;
    });

static FloeError NothingToDraw() => new FloeError.BadData("scores", "at least one layer", "none", "Collect scores first.");

static RunReport Report(ScoreFile file, ScoreTable table, Arr<SelectionResult> results) => new(
    "selection",
    new Subject(file.Metadata.Model.Map(m => m.Name).IfNone("a model"), Some(table.Shape), "", "", ""),
    table.Shape.Layers,
    results[0].Options.Policy.Label,
    results.Map(Column),
    Arr<LayerSeries>.Empty,
    Arr<MaskMap>.Empty,
    None,
    Arr<TuningOutcome>.Empty,
    Arr<TrainingCurve>.Empty,
    None,
    Arr<PolicyOutcome>.Empty,
    Arr<SampleText>.Empty,
    new Provenance("", "", Arr<FactGroup>.Empty, Arr<StageSummary>.Empty));

static PolicyColumn Column(SelectionResult result) => new(
    result.Options.Policy.Label,
    toArray(result.Layers.Ranking.Scores.ToArray()),
    toArray(result.Layers.Ranking.Ranks.ToArray()),
    result.Layers.Chosen);
