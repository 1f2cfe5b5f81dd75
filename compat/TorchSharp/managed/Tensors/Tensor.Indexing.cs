using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Python-like indices: slices become views one after another, tensors and masks are gathered by one operator at the end.</summary>
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => Pick(i1);
            set => Put(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => Pick(i1, i2);
            set => Put(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => Pick(i1, i2, i3);
            set => Put(value, i1, i2, i3);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Pick(i1, i2, i3, i4);
            set => Put(value, i1, i2, i3, i4);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => Pick(i1, i2, i3, i4, i5);
            set => Put(value, i1, i2, i3, i4, i5);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => Pick(i1, i2, i3, i4, i5, i6);
            set => Put(value, i1, i2, i3, i4, i5, i6);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => Pick(indices);
            set => Put(value, indices);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            (Tensor view, Tensor[] gathered) = Sliced(indices);
            if (gathered.Length == 0)
            {
                return view;
            }

            using (view)
            {
                return Aten.Call("index.Tensor", view, Arg.Optional(gathered));
            }
        }

        public Tensor index(params Tensor[] indices) => index(indices.Select(TensorIndex.Tensor).ToArray());

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            (Tensor view, Tensor[] gathered) = Sliced(indices);
            using (view)
            {
                if (gathered.Length > 0)
                {
                    Aten.InPlace(view, "index_put_", view, Arg.Optional(gathered), value, accumulate);
                }
                else if (accumulate)
                {
                    view.add_(value);
                }
                else
                {
                    using Tensor fitting = WithoutLeadingOnes(value, view.ndim);
                    view.copy_(fitting);
                }
            }

            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            index_put_(value, indices.Select(TensorIndex.Tensor).ToArray(), accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Tensor tensor = full(Array.Empty<long>(), value, dtype, device);
            return index_put_(tensor, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) =>
            index_put_(value, indices.Select(TensorIndex.Tensor).ToArray());

        private Tensor Pick(params long[] indices) => index(Array.ConvertAll(indices, i => TensorIndex.Single(i)));

        private void Put(Tensor value, params long[] indices) => index_put_(value, Array.ConvertAll(indices, i => TensorIndex.Single(i)));

        private static Tensor WithoutLeadingOnes(Tensor value, long dimensions)
        {
            long[] lengths = value.shape;
            int extra = 0;
            while (lengths.Length - extra > dimensions && lengths[extra] == 1)
            {
                extra++;
            }

            return extra == 0 ? value.alias() : value.reshape(lengths[extra..]);
        }

        /// <summary>The view that numbers, slices and new axes leave, and per dimension of it the tensor that indexes it (null: whole).</summary>
        private (Tensor View, Tensor[] Gathered) Sliced(TensorIndex[] indices)
        {
            Tensor view = alias();
            List<Tensor> gathered = [];
            int dim = 0;
            try
            {
                foreach (TensorIndex index in indices)
                {
                    switch (index.kind)
                    {
                        case TensorIndex.Kind.Single:
                            Replace(ref view, view.select(dim, index.start ?? 0));
                            break;
                        case TensorIndex.Kind.Slice:
                            Replace(ref view, Aten.Call("slice.Tensor", view, dim++, index.start, index.stop, index.step ?? 1));
                            gathered.Add(null);
                            break;
                        case TensorIndex.Kind.Ellipsis:
                            int skipped = (int)ndim - indices.Sum(Consumed);
                            gathered.AddRange(new Tensor[Math.Max(skipped, 0)]);
                            dim += skipped;
                            break;
                        case TensorIndex.Kind.Tensor:
                            gathered.Add(index.tensor);
                            dim += Consumed(index);
                            break;
                        case TensorIndex.Kind.Bool:
                            Replace(ref view, view.unsqueeze(dim++));
                            gathered.Add(index.start == 1 ? zeros(1, ScalarType.Int64, device) : empty(0, ScalarType.Int64, device));
                            break;
                        default:
                            Replace(ref view, view.unsqueeze(dim++));
                            gathered.Add(null);
                            break;
                    }
                }
            }
            catch
            {
                view.Dispose();
                throw;
            }

            return (view, gathered.Exists(t => t is not null) ? gathered.ToArray() : []);
        }

        private static int Consumed(TensorIndex index) => index.kind switch
        {
            TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
            TensorIndex.Kind.Tensor when index.tensor is not null && index.tensor.dtype is ScalarType.Bool or ScalarType.Byte => (int)index.tensor.ndim,
            TensorIndex.Kind.Tensor => 1,
            _ => 0,
        };

        private static void Replace(ref Tensor view, Tensor next)
        {
            view.Dispose();
            view = next;
        }
    }
}
