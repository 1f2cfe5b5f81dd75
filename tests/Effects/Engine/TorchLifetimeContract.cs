using Floe.Tests.Effects.Models;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>What Floe relies on in TorchSharp: who frees a tensor, what is counted, which modes belong to a thread.</summary>
public class TorchLifetimeContract
{
    [Fact]
    public void AScopeFreesWhatWasMadeInItButWhatLeaves()
    {
        using LiveTensors live = new();
        Tensor dropped, moved, detached;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                dropped = ones(1);
                moved = ones(1).MoveToOuterDisposeScope();
                detached = ones(1).DetachFromDisposeScope();
            }

            Assert.True(dropped.IsInvalid);
            Assert.False(moved.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void AParameterEmptiesItsTensorAndTakesItsPlaceInTheScope()
    {
        using LiveTensors live = new();
        Tensor data;
        Parameter parameter;
        using (NewDisposeScope())
        {
            data = zeros(2);
            parameter = new(data);
            Assert.True(data.IsInvalid);
            Assert.True(parameter.requires_grad && parameter.is_leaf);
        }

        Assert.True(parameter.IsInvalid);
    }

    /// <summary>Why <see cref="LiveTensors"/> does not read the total.</summary>
    [Fact]
    public void TheThreadsCountIsExactWhereTheTotalKeepsATensorThatBecameAParameter()
    {
        (long thread, long total) = (LiveTensors.Count, Tensor.TotalCount);
        for (int i = 0; i < 50; i++)
        {
            using Parameter parameter = new(zeros(2));
        }

        Assert.Equal(thread, LiveTensors.Count);
        Assert.True(Tensor.TotalCount >= total + 50, "the total is right now: read it, since it holds for all threads");
    }

    [Fact]
    public void ATensorLeftToTheFinalizerIsAlive()
    {
        long before = LiveTensors.Count;
        ones(1).add(1);
        Assert.Equal(before + 2, LiveTensors.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before + 2, LiveTensors.Count);
    }

    [Fact]
    public void AGradientIsANewHandleAtEveryLookAndNoneBeforeBackward()
    {
        using LiveTensors live = new();
        using DisposeScope scope = NewDisposeScope();
        Tensor leaf = ones(2, requires_grad: true), other = ones(2, requires_grad: true);
        Assert.Null(leaf.grad);
        leaf.mul(3).add(other).backward([ones(2)], inputs: [leaf]);
        Assert.NotSame(leaf.grad, leaf.grad);
        Assert.Equal([3f, 3f], leaf.grad!.data<float>().ToArray());
        Assert.Null(other.grad);
    }

    [Fact]
    public void GradModesEndWithTheirObjectAndStayOnTheirThread()
    {
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            bool elsewhere = false;
            Thread other = new(() => elsewhere = is_grad_enabled());
            other.Start();
            other.Join();
            Assert.True(elsewhere);
            using (set_grad_enabled(true))
            {
                Assert.True(is_grad_enabled());
            }

            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void TensorsSurviveACollectorThatRunsAllTheTime()
    {
        using CancellationTokenSource stop = new();
        Thread collector = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Assert.Single(Enumerable.Range(0, 100).Select(_ => LeakingStep()).Distinct());
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    // No scope and no dispose: every temporary is left to the collector while its address is in use.
    private static float LeakingStep()
    {
        Tensor w = full([4, 4], 0.5f, requires_grad: true);
        Tensor loss = nn.functional.linear(ones(2, 4), w).softmax(-1).log().square().sum() + w.sum();
        loss.backward();
        return w.grad!.sum().item<float>();
    }
}
