using Floe.Effects.Engine;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Every function of the compiled text against LibTorch's own operators.</summary>
public class EngineTextTests
{
    [Theory]
    [InlineData(1, 20, 12, false)]
    [InlineData(70, 33, 7, true)]
    [InlineData(128, 64, 40, false)]
    public void OneDnnMultipliesAsLinearDoesItsGradientIncluded(int rows, int inner, int outer, bool spread)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = rand(rows, inner).sub(0.5).requires_grad_(), bias = rand(outer), upstream = rand(rows, outer);
        Tensor weight = spread ? rand(outer, inner + 16).narrow(1, 0, inner) : rand(outer, inner);
        foreach (Tensor? b in new[] { null, bias })
        {
            Tensor expected = nn.functional.linear(x.detach(), weight, b!), y = EngineText.Run("linear", x, weight, b);
            Assert.True(y.allclose(expected, 1e-4, 1e-5));
            x.grad?.zero_();
            y.backward([upstream]);
            Assert.True(x.grad!.allclose(upstream.mm(weight), 1e-4, 1e-5));
        }

        Assert.True(EngineText.Run("through", upstream, weight).allclose(upstream.mm(weight), 1e-4, 1e-5));
    }

    [Fact]
    public void TheFusedStepIsThatOfThePackagesAdamW()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor[] start = [rand(3, 5), rand(7), rand(1, 1)];
        Parameter[] theirs = [.. start.Select(t => new Parameter(t.clone()))];
        Tensor[] own = [.. start.Select(t => t.clone())], first = Zeros(), second = Zeros();
        Tensor[] steps = [.. start.Select(_ => tensor(0f))];
        optim.Optimizer reference = optim.AdamW(theirs, lr: 3e-2, beta1: 0.8, beta2: 0.95, eps: 1e-6, weight_decay: 0.1);
        for (int step = 0; step < 5; step++)
        {
            Tensor[] gradients = [.. start.Select(t => rand_like(t).sub(0.5))];
            for (int i = 0; i < theirs.Length; i++)
            {
                theirs[i].grad = gradients[i];
            }

            reference.step();
            FusedAdamW.Move(own, gradients, first, second, steps, 3e-2, 0.8, 0.95, 0.1, 1e-6);
        }

        Assert.All(own.Zip(theirs), pair => Assert.True(pair.Item1.allclose(pair.Item2, 1e-5, 1e-6)));
        Assert.All(steps, step => Assert.Equal(5f, step.item<float>()));

        Tensor[] Zeros() => [.. start.Select(t => zeros_like(t))];
    }

    [Fact]
    public void ListsAreMeasuredScaledAndZeroedTogether()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] some = [tensor(new[] { 3f, 0f }), tensor(new[] { 4f }).view(1, 1)];
        Assert.Equal(5.0, FusedAdamW.Norm(some), 6);
        FusedAdamW.Scale(some, 0.5);
        Assert.Equal(2.5, FusedAdamW.Norm(some), 6);
        some[0].fill_(float.NaN);
        FusedAdamW.Scale(some, 0.0);
        Assert.Equal(0.0, FusedAdamW.Norm(some));
    }
}
