using System;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The same elements in another shape; views where LibTorch can.</summary>
    public partial class Tensor
    {
        public Tensor T => Aten.Call("numpy_T", this);

        public Tensor mT => Aten.Call("mT", this);

        public Tensor reshape(params long[] shape) => Aten.Call("reshape", this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.Call("flatten.using_ints", this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes)
        {
            long[] lengths = shape;
            int at = (int)(dim < 0 ? dim + lengths.Length : dim);
            return reshape([.. lengths[..at], .. sizes, .. lengths[(at + 1)..]]);
        }

        public Tensor squeeze(long? dim = null) => dim is long known ? Aten.Call("squeeze.dim", this, known) : Aten.Call("squeeze", this);

        public Tensor unsqueeze(long dim) => Aten.Call("unsqueeze", this, dim);

        public Tensor unsqueeze_(long dim) => Aten.InPlace(this, "unsqueeze_", this, dim);

        public Tensor t() => Aten.Call("t", this);

        public Tensor transpose(long dim0, long dim1) => Aten.Call("transpose.int", this, dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor permute(params long[] permutation) => Aten.Call("permute", this, permutation);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor view(params long[] shape) => Aten.Call("view", this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) =>
            Aten.Call("as_strided", this, size, strides, storageOffset);

        public Tensor[] unbind(long dimension = 0) => Aten.Many("unbind.int", this, dimension);

        public Tensor[] split(long size, int dim = 0) => Aten.Many("split.Tensor", this, size, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Aten.Many("split_with_sizes", this, sizes, dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        public Tensor[] chunk(long chunks, long dim = 0) => Aten.Many("chunk", this, chunks, dim);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);

        public Tensor expand(Size sizes, bool isImplicit = false) => expand(sizes.Shape, isImplicit);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Aten.Call("expand", this, sizes, isImplicit);

        public Tensor expand_as(Tensor other) => expand(other.shape, false);

        public Tensor expand(params long[] sizes) => expand(sizes, false);

        public Tensor repeat(params long[] sizes) => Aten.Call("repeat", this, sizes);

        public Tensor tile(long[] reps) => Aten.Call("tile", this, reps);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Aten.Call("repeat_interleave.self_Tensor", this, repeats, dim, output_size);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Aten.Call("repeat_interleave.self_int", this, repeats, dim, output_size);

        public Tensor flip(params long[] dims) => Aten.Call("flip", this, dims);

        public Tensor roll(long shifts, long? dims = null) =>
            Aten.Call("roll", this, new[] { shifts }, dims is long known ? new[] { known } : Array.Empty<long>());
    }
}
