using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Laws;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe laws</c>: the property suite of the selection core, run on a built-in policy.</summary>
internal static class LawsCommand
{
    /// <summary>Builds the command.</summary>
    public static System.CommandLine.Command Make()
    {
        Setting<string> policy = Inputs.Choice(
            "--policy", "The policy that is tried", "exchange", [.. BuiltInPolicy.All.Select(p => p.Name)]);
        Setting<string?> law = Inputs.Text(
            "--law", "LIST", $"Only these laws, also those that the policy need not satisfy: {string.Join(", ", LawSuite.Names)}.");
        Setting<string?> scores = Inputs.Text("--scores", "FILE", "Cut the cases from this score table in place of drawing them.");
        Setting<int> cases = Inputs.Whole("--cases", "Cases for each law.", 200, 1);
        Setting<int> seed = Common.Seed();
        Setting<string?> replay = Inputs.Text(
            "--replay", "FILE", "Try one case alone: a counter-example that was saved, or any score table.");
        Setting<double?> budget = Inputs.OptionalReal("--budget", "ρ of the replayed case; that of the file without it, else 0.5.", 0, 1);
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "laws",
            "Tries the laws of selection on a policy; a law that fails shows its smallest counter-example and saves it.",
            "floe laws --policy exchange --cases 1000",
            [policy, law, scores, cases, seed, replay, budget, folder, json],
            call =>
                from one in OneSource(call, scores, replay)
                from drawn in Unread.Beside(call, replay, cases, seed, folder)
                from asked in Unread.Without(call, replay, budget)
                from built in BuiltInPolicy.Find(call.Get(policy))
                from own in Table(Optional(call.Get(scores)!))
                let options = Narrowed(
                    built.Promises(call.Get(cases), (ulong)call.Get(seed)) with { Table = own }, Optional(call.Get(law)!))
                from report in Optional(call.Get(replay)!).Match(
                    Some: path =>
                        CounterExampleFile.Read(path, Optional(call.Get(budget)))
                            .Bind(question => LawSuite.Replay(built.Policy, options, question)),
                    None: () => LawSuite.Check(built.Policy, options))
                from saved in Save(call.Get(folder), report, call.Given(replay))
                from holds in Print(
                    call, built, options, report, call.Get(json), Remedy(
                        built, report, call.Get(folder), call.Given(replay), call.Get(json)))
                select holds);
    }

    private static Either<FloeError, Unit> OneSource(Invocation call, Setting<string?> scores, Setting<string?> replay) =>
        call.Given(scores)
        && call.Given(replay)
        ? new FloeError.Usage("--scores, --replay", "one of them", "2", "Keep one.")
        : unit;

    private static Either<FloeError, Option<ScoreTable>> Table(Option<string> path) => path.Match(
        Some: file => ScoreTables.Read(file).Bind(read => read.Sums.ToTable()).Map(Some),
        None: () => Right<FloeError, Option<ScoreTable>>(None));

    private static LawOptions Narrowed(LawOptions options, Option<string> only) => only.Match(
        Some: names => options with { Only = names.Split(',', StringSplitOptions.TrimEntries), Except = [] },
        None: () => options);

    // A replayed case is a file already.
    private static Either<FloeError, Unit> Save(string folder, LawReport report, bool replayed) => replayed ? unit : report.Laws.Fold(
        Right<FloeError, Unit>(unit),
        (done, law) => law.CounterExample.Match(
            Some: found => done.Bind(_ => CounterExampleFile.Write(CounterExampleFile.Path(folder, law.Name), found.Case)),
            None: () => done));

    private static string Remedy(BuiltInPolicy policy, LawReport report, string folder, bool replayed, bool json) =>
        (report.Laws.FirstOrDefault(l => l.Status == LawStatus.Broken), replayed) switch
        {
            (null, true) => "No answer to this case could break them: replay another case.",
            (null, false) => "No case could break them: try more cases, or cut them from other scores.",
            (_, true) => json ? "The counterExample of each says why." : "The table under each says why.",
            ({ } broken, false) =>
                $"Try it again with `floe laws --policy {policy.Name} --law {broken.Name} --replay "
                    + $"{CounterExampleFile.Path(folder, broken.Name)}`",
        };

    private static Either<FloeError, Unit> Print(
        Invocation call, BuiltInPolicy policy, LawOptions options, LawReport report, bool json, string remedy)
    {
        if (json)
        {
            JsonOutput.Write(call.Terminal, LawPage.Json(policy, options, report));
        }
        else
        {
            LawPage.Write(call.Terminal.Out, policy, options, report);
        }

        return report.Holds
            ? unit
            : new FloeError.Verification(
                $"laws of {policy.Name}",
                "every law to hold",
                string.Join(
                    "; ", new[] { Named(report, LawStatus.Broken, "broken"), Named(report, LawStatus.Untested, "untested") }.Where(part =>
                        part.Length > 0)),
                remedy);
    }

    private static string Named(LawReport report, LawStatus status, string word) =>
        report.Laws.Filter(l => l.Status == status) is { IsEmpty: false } laws ? $"{string.Join(", ", laws.Map(l => l.Name))} {word}" : "";
}
