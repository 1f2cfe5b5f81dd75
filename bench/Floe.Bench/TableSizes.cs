using System.Globalization;
using Floe.Domain.Scores;
using Floe.Effects.Runs;
using Floe.Effects.Tables;

namespace Floe.Bench;

/// <summary>Tables of whole models: determination, refinement and importance with the memory they take, and the table as a Parquet file.</summary>
internal static class TableSizes
{
    public static int Run()
    {
        Console.WriteLine("| table | units | selection ms | memory, the table's own being 1 |");
        Console.WriteLine("|---|---|---|---|");
        Row("LLaMA-2-7B", SampleTables.Llama7B, 31);
        Row("LLaMA-3.1-405B", SampleTables.Llama405B, 5);
        Console.WriteLine();
        Stored();
        return 0;
    }

    // Two columns of float64 are the table; the peak of one call stands against the memory before it.
    private static void Row(string name, ModelShape shape, int rounds)
    {
        ScoreTable table = SampleTables.Of(shape);
        double bytes = 2.0 * sizeof(double) * shape.Units;
        Selection.Of(table);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Environment.WorkingSet;
        PeakMemory.Reset();
        Selection.Of(table);
        double taken = bytes + PeakMemory.Bytes() - before;
        double median = Clock.Median(rounds, () => Selection.Of(table));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {shape.Units:N0} | {median * 1e3:F1} | {taken / bytes:F2} |"));
        GC.KeepAlive(table);
    }

    private static void Stored()
    {
        ScoreTable table = SampleTables.Of(SampleTables.Llama7B);
        ScoreSums sums = ScoreSums.OfFisher(table.Shape, table.Fisher, 1).Value().Merge(ScoreSums.OfTaylor(table.Shape, table.Taylor, 1).Value()).Value();
        string file = Path.GetTempFileName();
        try
        {
            double write = Clock.Median(15, () => ScoreTables.Write(file, sums, TableMetadata.Of(table.Shape)).Value());
            double read = Clock.Median(15, () => ScoreTables.Read(file).Value());
            Console.WriteLine("| rows | write ms | read ms | both ms | bytes |");
            Console.WriteLine("|---|---|---|---|---|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {table.Shape.Units:N0} | {write * 1e3:F1} | {read * 1e3:F1} | {(write + read) * 1e3:F1} | {new FileInfo(file).Length:N0} |"));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
