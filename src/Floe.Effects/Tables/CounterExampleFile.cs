using Floe.Domain;
using Floe.Domain.Laws;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary>A counter-example as a score table of its own, with its ρ, so that <c>floe laws --replay</c> or any other command can be asked
/// about it.</summary>
internal static class CounterExampleFile
{
    /// <summary>The file of a law's counter-example.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="law">The law's name.</param>
    /// <returns>The path.</returns>
    public static string Path(string folder, string law) => System.IO.Path.Combine(folder, $"counter-example-{law}.parquet");

    /// <summary>Writes the scores of a case: each mean as the sum of one sample and one batch, so that reading gives the same
    /// numbers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="question">The case.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, LawCase question) =>
        from fisher in ScoreSums.OfFisher(question.Table.Shape, question.Table.Fisher, 1)
        from taylor in ScoreSums.OfTaylor(question.Table.Shape, question.Table.Taylor, 1)
        from sums in fisher.Merge(taylor)
        from written in ScoreTables.Write(path, sums, TableMetadata.Of(question.Table.Shape) with { Rho = question.Rho })
        select written;

    /// <summary>Reads a score table as a case.</summary>
    /// <param name="path">The file; any score table will do.</param>
    /// <param name="rho">ρ, in [0, 1]; without it the one that the file holds, else 0.5.</param>
    /// <returns>The case, or what is wrong with the file.</returns>
    public static Either<FloeError, LawCase> Read(string path, Option<double> rho) =>
        from file in ScoreTables.Read(path)
        from table in file.Sums.ToTable()
        select new LawCase(table, (rho || file.Metadata.Rho).IfNone(0.5));
}
