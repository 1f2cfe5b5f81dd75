using Floe.Tests.Effects.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>The garbage collector beside native work.</summary>
public class EngineLifetime
{
    [Fact]
    public void Tensors_survive_a_collector_that_runs_all_the_time()
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
            HashSet<float> losses = [];
            for (int round = 0; round < 100; round++)
            {
                losses.Add(LeakingStep());
            }

            Assert.Single(losses);
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_the_finalizer()
    {
        long before = LiveTensors.Settled();
        Forget();
        Assert.Equal(before, LiveTensors.Settled());
    }

    [Fact]
    public void A_count_of_live_tensors_does_not_hold_what_was_forgotten_before_it()
    {
        Forget();
        using LiveTensors live = new();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Fact]
    public void A_shared_array_is_seen_from_both_sides_and_let_go()
    {
        float[] array = [1, 2, 3];
        using (Tensor shared = from_array(array))
        {
            array[1] = 20;
            using Tensor thirty = tensor(30f);
            shared[2] = thirty;
            Assert.Equal([1f, 20f, 30f], shared.data<float>().ToArray());
        }

        Assert.Equal(30f, array[2]);
        using Tensor copied = tensor(array);
        array[0] = -1;
        Assert.Equal([1f, 20f, 30f], copied.data<float>().ToArray());
    }

    /// <summary>No scope and no dispose: every temporary is left to the collector while its address is in use.</summary>
    private static float LeakingStep()
    {
        Tensor w = full([4, 4], 0.5f, requires_grad: true);
        Tensor loss = nn.functional.linear(ones(2, 4), w).softmax(-1).log().square().sum() + w.sum();
        loss.backward();
        return w.grad!.sum().ToSingle();
    }

    private static void Forget()
    {
        for (int i = 0; i < 100; i++)
        {
            ones(10).add(1);
        }
    }
}
