namespace Floe.Domain.Masks.Search;

/// <summary>A symmetric matrix G stored as its upper triangle, row by row.</summary>
/// <param name="gram">n (n + 1) / 2 numbers.</param>
/// <param name="size">n.</param>
internal readonly ref struct PackedMatrix(ReadOnlySpan<double> gram, int size)
{
    /// <summary>The numbers.</summary>
    public ReadOnlySpan<double> Gram { get; } = gram;

    /// <summary>n.</summary>
    public int Size => size;

    /// <summary>G v.</summary>
    public void Multiply(ReadOnlySpan<double> v, Span<double> product)
    {
        product.Clear();
        int start = 0;
        for (int i = 0; i < Size; i++)
        {
            ReadOnlySpan<double> row = Gram.Slice(start, Size - i);
            double sum = row[0] * v[i];
            for (int j = 1; j < row.Length; j++)
            {
                sum += row[j] * v[i + j];
                product[i + j] += row[j] * v[i];
            }

            product[i] += sum;
            start += row.Length;
        }
    }
}
