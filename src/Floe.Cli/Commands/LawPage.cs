using System.Globalization;
using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain.Laws;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Cli.Commands;

/// <summary>A report on laws as a page of words and as JSON.</summary>
internal static class LawPage
{
    /// <summary>The page: each law in words, and under a broken one its counter-example as a table.</summary>
    public static void Write(TextWriter page, BuiltInPolicy policy, LawOptions options, LawReport report)
    {
        page.WriteLine($"policy {policy.Name}: {policy.Words}; its budget counts {Costs(policy)}; baseline: {policy.Baseline.Words}");
        foreach (LawResult law in report.Laws)
        {
            page.WriteLine($"{Word(law.Status),-10}{law.Name,-20}{law.Meaning}{Count(law)}{Reason(policy, options, law)}");
            foreach (CounterExample found in law.CounterExample)
            {
                page.WriteLine($"{"",10}{found.Found}");
                page.WriteLine($"{"",10}counter-example: ρ = {Number(found.Case.Rho)}, C = {Number(found.Case.Cost)}");
                TextTable.Write(page, ["layer", "component", "index", "fisher", "taylor", "kept"], [.. Units(found).Select(Cells)]);
            }
        }

        page.WriteLine(Sum(report));
    }

    /// <summary>The same for programs.</summary>
    public static JsonObject Json(BuiltInPolicy policy, LawOptions options, LawReport report) => new()
    {
        ["policy"] = policy.Name,
        ["meaning"] = policy.Words,
        ["costs"] = policy.Costs == CostModel.Unit ? "unit" : "scalar",
        ["baseline"] = policy.Baseline.Words,
        ["holds"] = report.Holds,
        ["laws"] = JsonOutput.Array(report.Laws.AsEnumerable().Select(law => Law(policy, options, law))),
    };

    /// <summary>A number that reads back to the same bits.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static JsonObject Law(BuiltInPolicy policy, LawOptions options, LawResult law) => new JsonObject
    {
        ["name"] = law.Name,
        ["meaning"] = law.Meaning,
        ["status"] = Word(law.Status),
        ["cases"] = law.Cases,
        ["telling"] = law.Telling,
        ["reason"] = Exemption(policy, options, law) is { } reason ? JsonValue.Create(reason) : null,
        ["counterExample"] = law.CounterExample.Map(found => (JsonNode?)Example(found)).IfNoneUnsafe((JsonNode?)null),
    };

    private static JsonObject Example(CounterExample found) => new()
    {
        ["budget"] = found.Case.Rho,
        ["cost"] = found.Case.Cost,
        ["found"] = found.Found,
        ["units"] = JsonOutput.Array(Units(found).Select(unit => new JsonObject
        {
            ["layer"] = unit.Id.Layer,
            ["component"] = Name(unit.Id.Component),
            ["index"] = unit.Id.Index,
            ["fisher"] = unit.Fisher,
            ["taylor"] = unit.Taylor,
            ["kept"] = unit.Kept is { } kept ? JsonValue.Create(kept) : null,
        })),
    };

    private readonly record struct Unit(UnitId Id, double Fisher, double Taylor, bool? Kept);

    private static IEnumerable<Unit> Units(CounterExample found)
    {
        ScoreTable table = found.Case.Table;
        bool[]? kept = found.Masks.Map(m => (bool[]?)m.Kept.ToArray()).IfNoneUnsafe((bool[]?)null);
        return Enumerable.Range(0, table.Shape.Units)
            .Select(u => new Unit(table.Shape.UnitAt(u), table.Fisher[u], table.Taylor[u], kept?[u]));
    }

    private static string[] Cells(Unit unit) =>
    [
        unit.Id.Layer.ToString(CultureInfo.InvariantCulture),
        Name(unit.Id.Component),
        unit.Id.Index.ToString(CultureInfo.InvariantCulture),
        Number(unit.Fisher),
        Number(unit.Taylor),
        unit.Kept switch { true => "kept", false => "masked", null => "no answer" },
    ];

    private static string Name(Component component) => component == Component.Head ? "head" : "neuron";

    private static string Costs(BuiltInPolicy policy) => policy.Costs == CostModel.Unit ? "each unit's own t" : "t_h and t_f";

    private static string Word(LawStatus status) => status switch
    {
        LawStatus.Holds => "holds",
        LawStatus.Broken => "BROKEN",
        LawStatus.Untested => "UNTESTED",
        _ => "left out",
    };

    private static string Count(LawResult law) => law.Status == LawStatus.LeftOut
        ? ""
        : $" ({law.Telling} of {law.Cases} cases could break it)";

    private static string Reason(BuiltInPolicy policy, LawOptions options, LawResult law) =>
        law.Status == LawStatus.LeftOut && Exemption(policy, options, law) is { } reason ? $" (because {reason})" : "";

    // A law that was left out because others were named is left out for no reason of the policy's.
    private static string? Exemption(BuiltInPolicy policy, LawOptions options, LawResult law) => law.Status != LawStatus.LeftOut
        || options.Except.Contains(law.Name)
        ? policy.Exemptions.FirstOrDefault(e => e.Law == law.Name).Reason
        : null;

    private static string Sum(LawReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{report.Laws.Count(l => l.Status == LawStatus.Holds)} hold, {report.Laws.Count(l => l.Status == LawStatus.Broken)} broken, "
            + $"{report.Laws.Count(l => l.Status == LawStatus.Untested)} untested, {report.Laws.Count(l => l.Status == LawStatus.LeftOut)} "
            + $"left out");
}
