using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Errors of LibTorch cross as exceptions of the package's types; nothing ends the process.</summary>
public class EngineErrors
{
    [Fact]
    public void Shapes_that_do_not_fit_are_external_exceptions()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(4, 3);
        Assert.Contains("4x3", Assert.Throws<ExternalException>(() => x.mm(x)).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => x.matmul(x));
        Assert.Throws<ExternalException>(() => x.add(ones(5)));
        Assert.Throws<ExternalException>(() => x.index_select(0, tensor(new long[] { 9 })));
        Assert.Throws<ExternalException>(() => x.view(5, 5));
        Assert.Throws<ExternalException>(() => nn.functional.cross_entropy(x, tensor(new long[] { 0, 1, 2, 7 })));
        Assert.Throws<ExternalException>(() => linalg.cholesky(zeros(3, 3, float64)));
    }

    [Fact]
    public void An_error_carries_no_native_backtrace()
    {
        using Tensor x = ones(4, 3);
        Assert.DoesNotContain("frame #", Assert.Throws<ExternalException>(() => x.mm(x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unused_input_is_refused_or_null()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor used = ones(2, requires_grad: true), unused = ones(2, requires_grad: true);
        Tensor loss = (used * 3).sum();
        Assert.Throws<ExternalException>(() => autograd.grad([loss], [unused], retain_graph: true));
        IList<Tensor> gradients = autograd.grad([loss], [used, unused], allow_unused: true);
        Assert.Equal([3f, 3f], gradients[0].data<float>().ToArray());
        Assert.Null(gradients[1]);
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        Tensor gone = ones(2);
        gone.Dispose();
        Assert.True(gone.IsInvalid);
        using Tensor other = ones(2);
        Assert.Throws<InvalidOperationException>(() => gone.add(other));
        Assert.Throws<InvalidOperationException>(() => other.add(gone));
        Assert.Throws<InvalidOperationException>(() => gone.shape);
        Assert.Throws<InvalidOperationException>(() => cat([other, gone]));
    }

    [Fact]
    public void Elements_are_read_only_as_their_own_type()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ones(1).item<double>());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ArgumentException>(() => ones(1).to(bfloat16).item<float>());
        Assert.Throws<ArgumentException>(() => ones(2).data<long>());
        Assert.Equal(1f, ones(1).to(bfloat16).ToSingle());
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
    }

    [Fact]
    public void A_wrong_argument_list_names_the_operator()
    {
        using Tensor x = ones(2);
        Assert.Throws<ExternalException>(() => x.div((Tensor)null!));
        Assert.Throws<ExternalException>(() => linalg.norm(x, "no such norm"));
    }
}
