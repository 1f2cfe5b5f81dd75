using Floe.Domain.Scores;
using Floe.Effects.Tables;

namespace Floe.Bench;

/// <summary>Writes a score table of a given size, so that the offline commands can be timed from the shell.</summary>
internal static class StoredTable
{
    public static int Write(string[] arguments)
    {
        if (arguments is not [string size, string path])
        {
            Console.Error.WriteLine("usage: floe-bench table 7B|405B scores.parquet");
            return 2;
        }

        ModelShape shape = size == "405B" ? SampleTables.Llama405B : SampleTables.Llama7B;
        ScoreTable table = SampleTables.Of(shape);
        ScoreSums sums = ScoreSums.OfFisher(shape, table.Fisher, 1).Value().Merge(ScoreSums.OfTaylor(shape, table.Taylor, 1).Value()).Value();
        ScoreTables.Write(path, sums, new TableMetadata(shape)).Value();
        return 0;
    }
}
