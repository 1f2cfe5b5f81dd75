#!/usr/bin/env dotnet
#:project ../src/Floe.Effects/Floe.Effects.csproj
#:property PublishAot=false

// The method from stored scores to layers, one stage a line: dotnet run experiments/reselect.cs [scores.parquet]
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;

string path = args is [var given, ..] ? given : "data/smollm2/scores.parquet";

Either<FloeError, string> page =
    from file in ScoreTables.Read(path)
    from table in file.Sums.ToTable()                                       // τ and t of every unit: the means of the stored sums
    let order = UnitOrder.Of(table)                                         // units by τ and by τ/t
    from cost in new Budget.Share(0.5).Resolve(table)                       // C = ρ Σ t
    let determined = Determination.Run(order, cost)                         // Algorithm 1
    let refined = Refinement.Run(order, determined, cost)                   // Algorithm 2: repair, exchange, fill
    let certificate = Bounds.Certify(order, refined.Masks, cost)            // how far from the best conceivable masks
    from importance in Importance.Of(refined.Masks.ToUnitMasks())           // s_k
    from layers in LayerSelection.Choose(
        new Policy.Fisher(), new LayerChoice.Top(Math.Min(8, table.Shape.Layers)), importance.Scores.ToArray(), LayerStatistics.None(table.Shape.Layers))
    select Page(table, refined, certificate, importance, layers);

return page.Match(
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

static string Page(ScoreTable table, RefinementResult refined, Certificate certificate, LayerImportance importance, ChosenLayers layers) => FormattableString.Invariant(
    $"""
    units     {table.Shape.Units} in {table.Shape.Layers} layers
    kept      {refined.Masks.Count(Component.Head)} heads, {refined.Masks.Count(Component.Neuron)} neurons after {refined.Swaps.Count} swaps
    fisher    {certificate.Kept:G6}, at most {certificate.Upper:G6}: {100 * certificate.RelativeGap:F2} % below the bound
    ranking   {string.Join(' ', layers.Ranking.Order.ToArray())}
    s_k       {importance.Scores.Max():F3} in layer {layers.Ranking.Order[0]}, {importance.Scores.Min():F3} in layer {layers.Ranking.Order[^1]}
    chosen    {string.Join(' ', layers.Chosen)}

    """);
