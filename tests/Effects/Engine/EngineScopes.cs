using Floe.Tests.Effects.Models;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Who frees a tensor, and that the live count returns to where it was.</summary>
public class EngineScopes
{
    [Fact]
    public void A_scope_frees_what_was_made_in_it()
    {
        long before = LiveTensors.Settled();
        Tensor kept;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor dropped = ones(3);
            kept = (dropped + 1).MoveToOuterDisposeScope();
            Assert.Equal(1, scope.DisposablesCount);
            Assert.Equal(before + 2, Tensor.TotalCount);
        }

        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal([2f, 2f, 2f], kept.data<float>().ToArray());
        kept.Dispose();
    }

    [Fact]
    public void A_moved_tensor_belongs_to_the_outer_scope()
    {
        long before = LiveTensors.Settled();
        Tensor moved, detached;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOuterDisposeScope();
                detached = ones(1).DetachFromDisposeScope();
            }

            Assert.False(moved.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Attach_keep_and_scopes_ended_out_of_order()
    {
        long before = LiveTensors.Settled();
        Tensor outside = ones(1);
        DisposeScope outer = NewDisposeScope(), inner = NewDisposeScope();
        Tensor made = ones(1);
        outer.Attach(outside);
        inner.DisposeEverythingBut(made);
        outer.Dispose();
        Assert.True(outside.IsInvalid);
        Assert.False(made.IsInvalid);
        inner.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Throws<ObjectDisposedException>(() => inner.DisposablesCount);
    }

    [Fact]
    public void A_parameter_takes_the_place_of_its_tensor()
    {
        long before = LiveTensors.Settled();
        using (NewDisposeScope())
        {
            Tensor data = zeros(2);
            Parameter parameter = new(data);
            Assert.True(data.IsInvalid);
            Assert.True(parameter.requires_grad);
            Assert.Equal(before + 1, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_training_step_leaves_nothing_behind()
    {
        using nn.Module<Tensor, Tensor> layer = nn.Linear(8, 4);
        using AdamW optimizer = optim.AdamW(layer.parameters());
        long before = 0;
        for (int step = 0; step < 3; step++)
        {
            using (NewDisposeScope())
            {
                layer.call(ones(2, 8)).square().sum().backward();
                nn.utils.clip_grad_norm_(layer.parameters(), 1.0);
                optimizer.step();
                optimizer.zero_grad();
            }

            before = step == 0 ? LiveTensors.Settled() : before;
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Grad_modes_end_with_their_object_and_stay_on_their_thread()
    {
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            bool elsewhere = false;
            Thread other = new(() => elsewhere = is_grad_enabled());
            other.Start();
            other.Join();
            Assert.True(elsewhere);
            using (enable_grad())
            {
                Assert.True(is_grad_enabled());
            }
        }

        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
        }

        Assert.False(is_inference_mode_enabled());
    }
}
