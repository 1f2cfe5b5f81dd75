#!/usr/bin/env dotnet
#:project ../src/Floe.Effects/Floe.Effects.csproj
#:property PublishAot=false

// How the answer depends on the budget and on refinement (Figures 6 and 7): dotnet run experiments/sweep.cs [scores.parquet]
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Tables;
using LanguageExt;

string path = args is [var given, ..] ? given : "data/smollm2/scores.parquet";
double[] shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

Either<FloeError, string> page =
    from file in ScoreTables.Read(path)
    from table in file.Sums.ToTable()
    let options = new SelectionOptions { Choice = new LayerChoice.Top(Math.Min(8, table.Shape.Layers)) }
    from refined in Sweep.OverBudgets(table, options, shares)
    from plain in Sweep.OverBudgets(table, options with { Refinement = RefinementForm.None }, shares)
    from half in Select.Run(table, options)
    from rows in Rows(refined, plain, half.Layers)
    from changes in BudgetPath.Run(table, options)
    select string.Join('\n', rows) + "\n" + Changes(changes);

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

// Spearman to the ranking of ρ = 0.5, and to the ranking of the same ρ before refinement.
static Either<FloeError, Arr<string>> Rows(Arr<SelectionResult> refined, Arr<SelectionResult> plain, ChosenLayers half) =>
    refined.Zip(plain).Fold(
        Prelude.Right<FloeError, Arr<string>>(Prelude.Array("rho  kept fisher   gap %  to 0.5  unrefined  chosen")),
        (rows, pair) =>
            from before in rows
            from across in RankDistance.Between(pair.Item1.Layers.Ranking, half.Ranking, half.Chosen.Count)
            from stages in RankDistance.Between(pair.Item1.Layers.Ranking, pair.Item2.Layers.Ranking, half.Chosen.Count)
            select before.Add(FormattableString.Invariant(
                $"{Rho(pair.Item1):F1}  {pair.Item1.Search.KeptFisher,11:G6}  {100 * pair.Item1.Search.Certificate.RelativeGap,6:F2}  {across.Spearman,6:F3}  {stages.Spearman,9:F3}  {string.Join(' ', pair.Item1.Layers.Chosen)}")));

static double Rho(SelectionResult result) => ((Budget.Share)result.Options.Budget).Rho;

static string Changes(BudgetPath path) => string.Concat(path.Changes.Select(change => FormattableString.Invariant(
    $"between {change.Below:F3} and {change.Above:F3}: {string.Join(' ', change.Left)} out, {string.Join(' ', change.Entered)} in\n")));
