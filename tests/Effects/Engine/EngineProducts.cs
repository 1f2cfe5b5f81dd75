using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Single-precision matrix products, whichever library computes them, against double precision.</summary>
public class EngineProducts
{
    // Sizes around the places where a product changes its way: one row, few rows, rows of a multiple of 2 KB, none at all.
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 64, 8 }, { 2, 576, 24 }, { 15, 33, 7 }, { 16, 512, 20 }, { 64, 512, 36 }, { 70, 1024, 48 }, { 96, 17, 1 }, { 3, 0, 4 }, { 0, 5, 3 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Products_of_every_layout_equal_those_in_double(int rows, int inner, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach (Tensor a in Layouts(rows, inner, 1))
        {
            foreach (Tensor b in Layouts(inner, columns, 2))
            {
                Tensor exact = a.to(float64).mm(b.to(float64));
                Close(exact, a.mm(b), inner);
                foreach (Tensor bias in new[] { Values(columns, 3), Values(rows, columns, 4) })
                {
                    Close(bias.to(float64).mul(0.5).add(exact.mul(2.0)), bias.addmm(a, b, beta: 0.5f, alpha: 2f), inner);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Batched_products_of_every_layout_equal_those_in_double(int rows, int inner, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach (Tensor a in Layouts(rows, inner, 5))
        {
            foreach (Tensor b in Layouts(inner, columns, 6))
            {
                Tensor left = stack([a, a.neg(), a.mul(3f)]), right = b.unsqueeze(0).expand(3, inner, columns);
                Tensor exact = left.to(float64).bmm(right.to(float64));
                Close(exact, left.bmm(right), inner);
                Tensor bias = Values(rows, columns, 7);
                Close(bias.to(float64).add(exact.mul(0.25)), bias.baddbmm(left, right, beta: 1f, alpha: 0.25f), inner);
            }
        }
    }

    [Fact]
    public void Gradients_of_a_product_equal_those_in_double()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Values(40, 512, 8), w = Values(24, 512, 9), upstream = Values(40, 24, 10);
        Tensor[] found = Gradients(x, w, upstream), exact = Gradients(x.to(float64), w.to(float64), upstream.to(float64));
        Close(exact[0], found[0], 24);
        Close(exact[1], found[1], 40);

        static Tensor[] Gradients(Tensor x, Tensor w, Tensor upstream)
        {
            x.requires_grad_(true);
            w.requires_grad_(true);
            return [.. autograd.grad([nn.functional.linear(x, w)], [x, w], [upstream])];
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3)));
        Assert.Throws<ExternalException>(() => ones(2, 2, 3).bmm(ones(2, 2, 3)));
        Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(3, 2, ScalarType.Float64)));
        Assert.Throws<ExternalException>(() => ones(5).addmm(ones(2, 3), ones(3, 4), beta: 1f, alpha: 1f));
    }

    /// <summary>What a batch computes for a sample does not depend on the batch, to the bit; so Fisher scores do not depend on micro-batches.</summary>
    [Fact]
    public void A_row_of_a_product_does_not_depend_on_the_rows_beside_it()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach ((int inner, int columns) in new[] { (576, 40), (1536, 24), (512, 8), (40, 1536) })
        {
            Tensor x = Values(160, inner, 11), w = Values(columns, inner, 12), whole = nn.functional.linear(x, w);
            foreach (int rows in new[] { 2, 7, 15, 16, 17, 63, 64, 100 })
            {
                Tensor part = nn.functional.linear(x.narrow(0, 0, rows), w), same = whole.narrow(0, 0, rows);
                Assert.True(ByOneDnn() ? part.data<float>().ToArray().SequenceEqual(same.contiguous().data<float>().ToArray()) : part.allclose(same, 1e-4, 1e-4), $"{rows} of 160 rows, {inner} to {columns}");
            }
        }
    }

    // One matrix in the layouts that reach a product: rows, columns, a window of a larger one, and one with gaps in both directions.
    private static IEnumerable<Tensor> Layouts(int rows, int columns, int seed)
    {
        yield return Values(rows, columns, seed);
        yield return Values(columns, rows, seed).t();
        yield return Values(rows + 2, columns + 3, seed).narrow(0, 1, rows).narrow(1, 2, columns);
        yield return Values(rows, 2 * columns, seed).view(rows, columns, 2).select(2, 1);
    }

    private static Tensor Values(int rows, int columns, int seed) => Values(rows * columns, seed).view(rows, columns);

    private static Tensor Values(int count, int seed)
    {
        Random random = new(seed);
        return tensor(Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1)).ToArray());
    }

    private static void Close(Tensor exact, Tensor found, int inner)
    {
        Assert.Equal(exact.shape, found.shape);
        if (exact.numel() > 0)
        {
            Assert.InRange(exact.sub(found.to(float64)).abs().max().ToDouble(), 0, 3e-7 * (4 + inner));
        }
    }

    private static bool ByOneDnn()
    {
        string? native = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(m => m.FileName).FirstOrDefault(f => f.EndsWith("libfloe_torch.so", StringComparison.Ordinal));
        return native is not null
            && NativeLibrary.TryGetExport(NativeLibrary.Load(native), "floe_products_by_onednn", out nint export)
            && Marshal.GetDelegateForFunctionPointer<Answer>(export)() == 1;
    }

    private delegate int Answer();
}
