using System.Globalization;
using Floe.Domain.Scores;

namespace Floe.Bench;

/// <summary>How selection grows with the table: median of several runs a size, one thread, and the ratio to n log n.</summary>
internal static class Growth
{
    public static int Run()
    {
        Console.WriteLine("| units | median ms | ns per unit | ns per unit and log2(units) |");
        Console.WriteLine("|---|---|---|---|");
        foreach (int neurons in new[] { 312, 3_124, 31_249, 312_499 })
        {
            ScoreTable table = SampleTables.Of(new ModelShape(32, 1, 1, neurons, 64, 64));
            double median = Clock.Median(table.Shape.Units > 1_000_000 ? 3 : 9, () => Selection.Of(table)), units = table.Shape.Units;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {units:N0} | {median * 1e3:F1} | {median * 1e9 / units:F0} | {median * 1e9 / units / Math.Log2(units):F2} |"));
        }

        return 0;
    }
}
