using BenchmarkDotNet.Attributes;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Bench;

/// <summary>Sort, determination, refinement and importance of one table.</summary>
[MemoryDiagnoser]
[InProcess]
public class SelectionBenchmarks
{
    private ScoreTable table = null!;

    [Params("7B", "405B")]
    public string Size { get; set; } = "7B";

    [GlobalSetup]
    public void Make() => table = SampleTables.Of(Size == "7B" ? SampleTables.Llama7B : SampleTables.Llama405B);

    [Benchmark]
    public LayerImportance DetermineRefineImportance() => Selection.Of(table);
}

internal static class Selection
{
    public static LayerImportance Of(ScoreTable table)
    {
        UnitOrder order = UnitOrder.Of(table);
        double cost = 0.5 * table.TotalCost;
        RefinementResult refined = Refinement.Run(order, Determination.Run(order, cost), cost);
        return Importance.Of(refined.Masks.ToUnitMasks()).Value();
    }
}
