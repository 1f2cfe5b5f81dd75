namespace TorchSharp;

public static partial class torch
{
    /// <summary>Parts by index or mask.</summary>
    public partial class Tensor
    {
        public Tensor index_select(long dim, Tensor index) => Aten.Call("index_select", this, dim, index);

        public Tensor select(long dim, long index) => Aten.Call("select.int", this, dim, index);

        public Tensor take(Tensor index) => Aten.Call("take", this, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Aten.Call("index_add", this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Aten.InPlace(this, "index_add_", this, dim, index, source, alpha);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Aten.InPlace(this, "index_copy_", this, dim, index, source);

        public Tensor index_fill_(long dim, Tensor index, Scalar value) =>
            Aten.InPlace(this, "index_fill_.int_Scalar", this, dim, index, value);

        public Tensor tril(long diagonal = 0) => Aten.Call("tril", this, diagonal);

        public Tensor triu(long diagonal = 0) => Aten.Call("triu", this, diagonal);

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.Call("diagonal", this, offset, dim1, dim2);

        public Tensor diag(long diagonal = 0) => Aten.Call("diag", this, diagonal);

        public Tensor trace() => Aten.Call("trace", this);

        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.Call("masked_fill.Scalar", this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Aten.InPlace(this, "masked_fill_.Scalar", this, mask, value);

        public Tensor masked_select(Tensor mask) => Aten.Call("masked_select", this, mask);

        public Tensor masked_scatter_(Tensor mask, Tensor value) => Aten.InPlace(this, "masked_scatter_", this, mask, value);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Aten.Call("scatter.src", this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Aten.InPlace(this, "scatter_.src", this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Aten.Call("scatter_add", this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Aten.InPlace(this, "scatter_add_", this, dim, index, src);

        public Tensor gather(long dim, Tensor index) => Aten.Call("gather", this, dim, index);

        public Tensor narrow(long dim, long start, long length) => Aten.Call("narrow", this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step) => Aten.Call("slice.Tensor", this, dim, start, finish, step);

        public Tensor where(Tensor condition, Tensor y) => Aten.Call("where.self", condition, this, y);

        public Tensor nonzero() => Aten.Call("nonzero", this);
    }
}
