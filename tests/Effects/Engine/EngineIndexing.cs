using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Indices as in Python, against plain loops.</summary>
public class EngineIndexing
{
    [Fact]
    public void Numbers_slices_and_new_axes_are_views()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(24).view(2, 3, 4);
        Assert.Equal(23, x[1, 2, 3].ToInt64());
        Assert.Equal(23, x[-1, -1, -1].ToInt64());
        Assert.Equal([12L, 16, 20], x[1, TensorIndex.Colon, 0].data<long>().ToArray());
        Assert.Equal([1L, 3], x[0, 0, TensorIndex.Slice(1, null, 2)].data<long>().ToArray());
        Assert.Equal([4L, 5, 6, 7], x[0, 1..2].data<long>().ToArray());
        Assert.Equal([2, 3], x[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal([1, 2, 3, 4], x[TensorIndex.None].shape);
        x[0, 0] = zeros(4, int64);
        Assert.Equal(276 - 6, x.sum().ToInt64());
    }

    [Fact]
    public void Masks_and_index_tensors_gather()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(12).view(3, 4);
        Assert.Equal([8L, 9, 10, 11, 0, 1, 2, 3], x[tensor(new long[] { 2, 0 })].data<long>().ToArray());
        Assert.Equal([9L, 2], x[tensor(new long[] { 2, 0 }), tensor(new long[] { 1, 2 })].data<long>().ToArray());
        Assert.Equal([7L, 8, 9, 10, 11], x[x > 6].data<long>().ToArray());
        Assert.Equal([3, 2], x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 0, 3 }))].shape);
        x[x > 6] = tensor(0L);
        Assert.Equal(21, x.sum().ToInt64());
        x.index_put_(tensor(5L), [TensorIndex.Tensor(tensor(new long[] { 0, 0 })), TensorIndex.Single(0)], accumulate: true);
        Assert.Equal(10, x[0, 0].ToInt64());
    }

    [Fact]
    public void Elements_come_in_row_order_whatever_the_strides()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor turned = arange(6).view(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], turned.data<long>().ToArray());
        Assert.Equal([0L, 3, 1, 4, 2, 5], turned.data<long>());
        Assert.Equal(4, turned.data<long>()[1, 1]);
        Assert.Equal(new long[,] { { 0, 3 }, { 1, 4 }, { 2, 5 } }, turned.data<long>().ToNDArray());
        turned.data<long>()[0] = 9;
        Assert.Equal(9, turned[0, 0].ToInt64());
    }

    [Fact]
    public void Bytes_go_out_and_come_back()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(3, 5);
        using MemoryStream stream = new();
        x.WriteBytesToStream(stream, 7);
        Assert.Equal(x.bytes.ToArray(), stream.ToArray());
        stream.Position = 0;
        Tensor copy = zeros(3, 5);
        copy.ReadBytesFromStream(stream, 7);
        Assert.Equal(x.bytes.ToArray(), copy.bytes.ToArray());
        Assert.Throws<EndOfStreamException>(() => copy.ReadBytesFromStream(stream));
    }
}
