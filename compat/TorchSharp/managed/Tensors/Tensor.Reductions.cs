using System;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Sums, means, extremes and norms.</summary>
    public partial class Tensor
    {
        public Tensor all() => Aten.Call("all", this);

        public Tensor all(long dim, bool keepdim = false) => Aten.Call("all.dim", this, dim, keepdim);

        public Tensor any() => Aten.Call("any", this);

        public Tensor any(long dim, bool keepdim = false) => Aten.Call("any.dim", this, dim, keepdim);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor @out = null) => amax((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor @out = null) => @out is null
            ? Aten.Call("amax", this, dims.ToArray(), keepdim)
            : Aten.InPlace(@out, "amax.out", this, dims.ToArray(), keepdim, @out);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor @out = null) => amin((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor @out = null) => @out is null
            ? Aten.Call("amin", this, dims.ToArray(), keepdim)
            : Aten.InPlace(@out, "amin.out", this, dims.ToArray(), keepdim, @out);

        public Tensor argmax() => Aten.Call("argmax", this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.Call("argmax", this, dim, keepdim);

        public Tensor argmin() => Aten.Call("argmin", this);

        public Tensor argmin(long dim, bool keepdim = false) => Aten.Call("argmin", this, dim, keepdim);

        public Tensor max() => Aten.Call("max", this);

        public Tensor max(Tensor other) => Aten.Call("max.other", this, other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.Pair("max.dim", this, dim, keepdim);

        public Tensor min() => Aten.Call("min", this);

        public Tensor min(Tensor other) => Aten.Call("min.other", this, other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.Pair("min.dim", this, dim, keepdim);

        public Tensor mean() => Aten.Call("mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Aten.Call("mean.dim", this, dimensions, keepdim, type);

        public Tensor norm(float p = 2f) => Aten.Call("norm.Scalar", this, (double)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2f) =>
            Aten.Call("norm.ScalarOpt_dim", this, (double)p, new long[] { dim }, keepdim);

        public Tensor var(bool unbiased = true) => Aten.Call("var", this, unbiased);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed("var.dim", type, dimensions, unbiased, keepdim);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var(new[] { dim }, unbiased, keepdim, type);

        public Tensor std(bool unbiased = true) => Aten.Call("std", this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed("std.dim", type, dimensions, unbiased, keepdim);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std(new[] { dim }, unbiased, keepdim, type);

        public Tensor prod(ScalarType? type = null) => Aten.Call("prod", this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Aten.Call("prod.dim_int", this, dim, keepdim, type);

        public Tensor sum(ScalarType? type = null) => Aten.Call("sum", this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.Call("sum.dim_IntList", this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => sum(dim.ToArray(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum(new[] { dim }, keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum(new[] { dim0, dim1 }, keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum(new[] { dim0, dim1, dim2 }, keepdim, type);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Call("cumsum", this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.Call("cumprod", this, dim, type);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.Call("logsumexp", this, new[] { dim }, keepdim);

        public Tensor count_nonzero(long[] dims = null) =>
            dims is null ? Aten.Call("count_nonzero", this) : Aten.Call("count_nonzero.dim_IntList", this, dims);

        private Tensor Typed(string op, ScalarType? type, long[] dimensions, bool unbiased, bool keepdim)
        {
            if (type is not ScalarType known)
            {
                return Aten.Call(op, this, dimensions, unbiased, keepdim);
            }

            using Tensor converted = to_type(known);
            return Aten.Call(op, converted, dimensions, unbiased, keepdim);
        }
    }
}
