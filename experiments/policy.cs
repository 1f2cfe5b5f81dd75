#!/usr/bin/env dotnet
#:project ../src/Floe.Domain/Floe.Domain.csproj
#:property PublishAot=false

// A policy of one's own, and what the laws say of it: dotnet run experiments/policy.cs
using Floe.Domain;
using Floe.Domain.Laws;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;

// The idea: look at Fisher scores alone, and keep each unit that still fits.
MaskPolicy greedy = (table, budget) => budget.Resolve(table).Bind(cost =>
{
    bool[] kept = new bool[table.Shape.Units];
    ExactSum room = new();
    room.Add(cost);
    foreach (int unit in UnitOrder.Of(table).ByFisher)
    {
        room.Subtract(table.Taylor[unit]);
        kept[unit] = room.Sign() >= 0 || cost >= table.TotalCost;
        room.Add(kept[unit] ? 0 : table.Taylor[unit]);
    }

    return BinaryMasks.Create(table.Shape, kept);
});

// Two promises that it cannot make: a large unit that fits only a large budget may push out several good small ones.
LawOptions options = new(Cases: 300) { Except = [LawNames.Monotone, LawNames.NeverWorse] };

return LawSuite.Check(greedy, options).Match(
    Right: report =>
    {
        foreach (LawResult law in report.Laws)
        {
            Console.WriteLine($"{law.Status,-9}{law.Name,-20}{law.Meaning}");
        }

        Console.WriteLine($"{report.Laws.Count(l => l.Status == LawStatus.Holds)} laws hold");
        Show(greedy);
        return report.Holds ? 0 : 5;
    },
    Left: error =>
    {
        Console.Error.WriteLine(error.Message);
        return error.ExitCode;
    });

// The smallest table on which a larger budget keeps less.
static void Show(MaskPolicy policy) => LawSuite.Check(policy, new LawOptions(Cases: 5000) { Only = [LawNames.Monotone] })
    .IfRight(report =>
    {
        foreach (CounterExample found in report.Laws.SelectMany(law => law.CounterExample.ToSeq()))
        {
            Console.WriteLine($"{LawNames.Monotone} is broken: {found.Found}");
            for (int unit = 0; unit < found.Case.Table.Shape.Units; unit++)
            {
                UnitId id = found.Case.Table.Shape.UnitAt(unit);
                Console.WriteLine(FormattableString.Invariant(
                    $"  layer {id.Layer} {id.Component} {id.Index}: τ {found.Case.Table.Fisher[unit]:R}, t {found.Case.Table.Taylor[unit]:R}"));
            }
        }
    });
