#!/usr/bin/env dotnet
#:project ../src/Floe.Effects/Floe.Effects.csproj
#:property PublishAot=false

// Layer importance and three policies as one picture: dotnet run experiments/plot.cs [scores.parquet] [saliency.svg]
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
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
    from picture in SelectionPictures.Saliency(Name(file), table.Shape, results).ToEither(NothingToDraw())
    select Written(target, picture, $"{target}: {table.Shape.Layers} layers, {policies.Length} policies\n");

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

static string Name(ScoreFile file) => file.Metadata.Model.Map(m => m.Name).IfNone("a model");

static string Written(string target, string picture, string said)
{
    File.WriteAllText(target, picture);
    return said;
}
