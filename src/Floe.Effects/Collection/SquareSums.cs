using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Effects.Collection;

/// <summary>Adds squared gradients exactly: rows are held for a while and then folded into one exact column.</summary>
internal sealed class SquareSums(ModelShape shape, int batch)
{
    private const int HeldRows = 16;

    private readonly List<ReadOnlyMemory<double>> held = [];
    private readonly double[] mean = new double[shape.Units];
    private Either<FloeError, SumColumn> folded = SumColumn.Zero(shape.Units);
    private int inBatch;
    private long count;

    /// <summary>Takes one sample's gradients; after every <c>batch</c> samples the square of their mean joins the sum.</summary>
    public void Add(ReadOnlySpan<float> gradients)
    {
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] += gradients[i];
        }

        if (++inBatch == batch)
        {
            Close();
        }
    }

    /// <summary>The table of everything added; a last, smaller batch counts as one.</summary>
    public Either<FloeError, ScoreSums> ToSums()
    {
        if (inBatch > 0)
        {
            Close();
        }

        Fold();
        long[] counts = new long[shape.Units];
        counts.AsSpan().Fill(count);
        return folded.Bind(sums => ScoreSums.Create(shape, sums, counts, SumColumn.Zero(shape.Units), new long[shape.Units]));
    }

    private void Close()
    {
        double[] squares = new double[mean.Length];
        for (int i = 0; i < squares.Length; i++)
        {
            double gradient = mean[i] / inBatch;
            squares[i] = gradient * gradient;
        }

        System.Array.Clear(mean);
        (inBatch, count) = (0, count + 1);
        held.Add(squares);
        if (held.Count == HeldRows)
        {
            Fold();
        }
    }

    private void Fold()
    {
        if (held.Count > 0)
        {
            ReadOnlyMemory<double>[] parts = [.. held];
            held.Clear();
            folded = from sum in folded
                     from more in SumColumn.OfParts("fisher_sum", parts)
                     from both in sum.Add("fisher_sum", more)
                     select both;
        }
    }
}
