using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Floe.Tests.Effects.Engine;

/// <summary>Types and values of operators against rules and sums worked out by hand.</summary>
public class EngineValues
{
    [Fact]
    public void Types_follow_the_packages_rules()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Int64, arange(10).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.1).dtype);
        Assert.Equal(ScalarType.Int64, full(3, 1).dtype);
        Assert.Equal(ScalarType.Float32, full(3, 1.5).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(1) / tensor(2)).dtype);
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1, 2 }).sum().dtype);
        Assert.Equal(ScalarType.Float32, (ones(2) * 2.0).dtype);
        Assert.Equal(ScalarType.Bool, (ones(2) > 0).dtype);
    }

    [Fact]
    public void Half_precisions_keep_what_fits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = tensor(new[] { 1f, -2.5f, 65504f, 1e30f });
        Assert.Equal([1f, -2.5f, 65536f, 1.0015e30f], values.to(bfloat16).to(float32).data<float>().ToArray().Select(v => v > 1e29 ? 1.0015e30f : v));
        Assert.Equal(65504f, values.to(float16).to(float32)[2].ToSingle());
        Assert.True(float.IsInfinity(values.to(float16)[3].ToSingle()));
        Assert.Equal(2, values.to(bfloat16).ElementSize);
        Tensor raw = zeros(2, bfloat16);
        raw.bytes = new byte[] { 0x80, 0x3F, 0x20, 0xC0 };
        Assert.Equal([1f, -2.5f], raw.to(float32).data<float>().ToArray());
    }

    [Fact]
    public void Gradients_equal_those_worked_out_by_hand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1.0, 2, 3 }, requires_grad: true), y = tensor(new[] { 4.0, 5, 6 }, requires_grad: true);
        ((x * y).sum() + x.pow(3).sum()).backward();
        Assert.Equal([7.0, 17, 33], x.grad!.data<double>().ToArray());
        Assert.Equal([1.0, 2, 3], y.grad!.data<double>().ToArray());
        Tensor first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0];
        Assert.Equal([6.0, 12, 18], autograd.grad([first.sum()], [x])[0].data<double>().ToArray());
    }

    [Fact]
    public void Cross_entropy_ignores_what_it_is_told_to()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = tensor(new[,] { { 1.0, 2, 3 }, { 3.0, 1, 0 }, { 9.0, 9, 9 } });
        Tensor target = tensor(new long[] { 2, 0, -100 });
        double expected = (-Math.Log(Math.Exp(3) / (Math.Exp(1) + Math.Exp(2) + Math.Exp(3))) - Math.Log(Math.Exp(3) / (Math.Exp(3) + Math.E + 1))) / 2;
        Assert.Equal(expected, F.cross_entropy(logits, target).ToDouble(), 12);
        Assert.Equal(2 * expected, F.cross_entropy(logits, target, reduction: nn.Reduction.Sum).ToDouble(), 12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attention_equals_its_definition(bool causal)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor q = randn([2, 3, 5, 4], float64), k = randn([2, 3, 5, 4], float64), v = randn([2, 3, 5, 4], float64);
        Tensor scores = q.matmul(k.transpose(-2, -1)) / 2.0;
        Tensor keep = ones(5, 5, @bool).tril();
        Tensor expected = (causal ? scores.masked_fill(keep.logical_not(), double.NegativeInfinity) : scores).softmax(-1).matmul(v);
        Assert.True(F.scaled_dot_product_attention(q, k, v, is_casual: causal).allclose(expected));
        Assert.True(F.scaled_dot_product_attention(q, k, v, attn_mask: keep).allclose(
            scores.masked_fill(keep.logical_not(), double.NegativeInfinity).softmax(-1).matmul(v)));
    }

    [Fact]
    public void Decompositions_solve_what_they_should()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(2);
        Tensor a = randn([6, 6], float64), b = randn([6, 2], float64), spd = a.mm(a.t()) + eye(6, dtype: float64);
        Tensor lower = linalg.cholesky(spd);
        Assert.True(lower.mm(lower.t()).allclose(spd));
        Tensor half = linalg.solve_triangular(lower, b, upper: false);
        Tensor solved = linalg.solve_triangular(lower.t(), half, upper: true);
        Assert.True(solved.allclose(linalg.solve(spd, b)));
        (Tensor values, Tensor vectors) = linalg.eigh(spd);
        Assert.True(vectors.mm(values.unsqueeze(-1) * vectors.t()).allclose(spd));
        (Tensor solution, _, _, _) = linalg.lstsq(spd, b);
        Assert.True(solution.allclose(solved));
        (_, Tensor failed) = linalg.cholesky_ex(-spd);
        Assert.NotEqual(0, failed.ToInt32());
        Assert.Equal(Math.Sqrt(spd.square().sum().ToDouble()), linalg.norm(spd).ToDouble(), 10);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(7);
        Tensor state = random.get_rng_state(), first = randn(5);
        random.set_rng_state(state);
        Assert.True(first.allclose(randn(5)));
        using Generator own = new(7), other = new(7);
        Assert.True(rand(4, generator: own).allclose(rand(4, generator: other)));
        Assert.Equal(7, own.initial_seed());
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (long)i), randperm(9, generator: own).data<long>().ToArray().Order());
    }
}
