using Floe.Effects.Engine;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Floe.Tests.Effects.Engine;

/// <summary>What Floe relies on in TorchSharp: which argument is which, element types, random numbers, the optimiser; against sums worked
/// out by hand.</summary>
public class TorchValueContract
{
    [Fact]
    public void AddmmAddsToItsReceiverAndBaddbmmMultipliesIt()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = Values(2, 3), b = Values(3, 4), added = Values(2, 4);
        Tensor expected = added.mul(0.5).add(a.mm(b).mul(2));
        Assert.True(added.addmm(a, b, beta: 0.5f, alpha: 2f).allclose(expected));
        Assert.True(a.unsqueeze(0).baddbmm(b.unsqueeze(0), added.unsqueeze(0), beta: 0.5f, alpha: 2f).allclose(expected));
        Assert.True(F.linear(a, b.t(), Values(4)).allclose(a.mm(b).add(Values(4))));
        Assert.True(a.addcmul(a, a, 2f).allclose(a.add(a.mul(a).mul(2))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AttentionEqualsItsDefinition(bool causal)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = Values(2, 3, 5, 4), k = Values(2, 3, 5, 4).add(0.3), v = Values(2, 3, 5, 4).sub(0.2);
        Tensor scores = q.view(6, 5, 4).bmm(k.view(6, 5, 4).transpose(1, 2)).div(2.0);
        Tensor later = ones(5, 5, @bool).triu(1);
        Tensor expected = (
            causal ? scores.masked_fill(later, double.NegativeInfinity) : scores).softmax(-1).bmm(v.view(6, 5, 4)).view(2, 3, 5, 4);
        Assert.True(F.scaled_dot_product_attention(q, k, v, is_casual: causal).allclose(expected));
    }

    [Fact]
    public void IndexingAndReducingFollowTheirFormulas()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[,] { { 1f, 5, 3 }, { 4f, 2, 6 } }), at = tensor(new long[,] { { 2 }, { 0 } });
        Assert.Equal([3f, 4f], Tensors.Floats(x.gather(1, at)));
        Assert.Equal([1f, 5, 13, 14, 2, 6], Tensors.Floats(x.clone().scatter_add_(1, at, full(2, 1, 10f))));
        Assert.Equal([1f, 5, 3, 6, 12, 12], Tensors.Floats(x.clone().index_add_(0, tensor(new long[] { 1 }), x.narrow(0, 0, 1), 2f)));
        Assert.Equal([6f, 5f, 5f, 6f], Tensors.Floats(cat([x.sum(0L).narrow(0, 0, 0), tensor(new[] { 6f, 5f }), x.amax([-1L])])));
        Assert.Equal(ScalarType.Float64, x.sum(1L, type: ScalarType.Float64).dtype);
        Assert.Equal(ScalarType.Float64, x.sum(ScalarType.Float64).dtype);
        Assert.Equal([2, 1], x.mean([-1L], keepdim: true).shape);
        (Tensor sorted, Tensor order) = tensor(new[] { 1f, 2, 1, 2 }).sort(-1, descending: true, stable: true);
        Assert.Equal([2f, 2, 1, 1], Tensors.Floats(sorted));
        Assert.Equal([1L, 3, 0, 2], order.data<long>().ToArray());
        Assert.Equal([0f, 0, 1, 1], Tensors.Floats(tensor(new[] { 0f, 1 }).repeat_interleave(2, 0)));
        Assert.Equal([0f, 1, 0, 1], Tensors.Floats(tensor(new[] { 0f, 1 }).repeat(2)));
    }

    [Fact]
    public void BytesAreTheMemoryOfAContiguousTensorAndWritable()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(x.bytes)[1] = 7f;
        Assert.Equal(7f, x[1].item<float>());
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
        Assert.Throws<ArgumentException>(() => ones(1).item<double>());
    }

    [Fact]
    public void TheSameSeedGivesTheSameNumbers()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator one = new(7, CPU), two = new(7, CPU);
        Assert.Equal(Tensors.Floats(empty(9).uniform_(-1, 1, one)), Tensors.Floats(empty(9).uniform_(-1, 1, two)));
        Assert.Equal(
            ones(2, 5).multinomial(1, false, one).data<long>().ToArray(), ones(2, 5).multinomial(1, false, two).data<long>().ToArray());
        manual_seed(7);
        float[] first = Tensors.Floats(F.dropout(ones(64), 0.5, training: true));
        manual_seed(7);
        Assert.Equal(first, Tensors.Floats(F.dropout(ones(64), 0.5, training: true)));
        Assert.All(first, value => Assert.True(value is 0f or 2f));
        Assert.Contains(0f, first);
    }

    [Fact]
    public void AdamWFollowsItsRecurrence()
    {
        using DisposeScope scope = NewDisposeScope();
        const double lr = 0.1, b1 = 0.9, b2 = 0.99, eps = 1e-8, decay = 0.05;
        double[] p = [1, -2, 3, 0.5], m = new double[4], v = new double[4];
        using Parameter parameter = new(tensor(p));
        using AdamW optimizer = optim.AdamW([parameter], lr, b1, b2, eps, decay);
        for (int t = 1; t <= 5; t++)
        {
            optimizer.zero_grad();
            (parameter.pow(3) * 0.3).sum().backward();
            optimizer.step();
            for (int i = 0; i < 4; i++)
            {
                double g = 0.9 * p[i] * p[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                p[i] = (p[i] * (1 - (lr * decay))) - (lr * m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps));
            }

            double[] found = Tensors.Doubles(parameter);
            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(p[i], found[i], 1e-12));
        }
    }

    [Fact]
    public void AdamWGoesOnFromItsSavedState()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter one = new(Values(2, 3)), two = new(Values(2, 3));
        using AdamW first = optim.AdamW([one], 0.1), second = optim.AdamW([two], 0.1);
        Step(one, first);
        using MemoryStream stream = new();
        first.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        second.load_state_dict(new BinaryReader(stream));
        two.detach().copy_(one.detach());
        Step(one, first);
        Step(two, second);
        Assert.Equal(Tensors.Floats(one), Tensors.Floats(two));
    }

    [Fact]
    public void ClippingAnswersTheNormAndBoundsIt()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter a = new(tensor(new[] { 3f })), b = new(tensor(new[] { 4f })), idle = new(tensor(new[] { 4f }));
        ((a.square().sum() / 2) + (b.square().sum() / 2)).backward();
        Assert.Equal(5.0, nn.utils.clip_grad_norm_([a, b, idle], 1.0), 6);
        Assert.Equal(0.6f, a.grad!.item<float>(), 5);
        Assert.Equal(1.0, nn.utils.clip_grad_norm_([a, b], 2.0), 5);
        Assert.Equal(0.8f, b.grad!.item<float>(), 5);
    }

    private static void Step(Parameter parameter, AdamW optimizer)
    {
        optimizer.zero_grad();
        parameter.square().sum().backward();
        optimizer.step();
    }

    // Distinct numbers around zero.
    private static Tensor Values(params long[] shape)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => MathF.Sin(i + 1))];
        return tensor(values, shape);
    }
}
