using System;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers and activations as functions.</summary>
        public static partial class functional
        {
            public static Tensor gelu(Tensor x, bool inplace) => Into(x, x.gelu(), inplace);

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false) =>
                Into(x, x.gelu(approximate), inplace);

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().alias() : x.silu();

            public static Tensor sigmoid(Tensor x, bool inplace = false) => inplace ? x.sigmoid_().alias() : x.sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace
                ? Aten.InPlace(input, "dropout_", input, p, training).alias()
                : Aten.Call("dropout", input, p, training);

            /// <summary>y = x Wᵀ + b; W is [out, in].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor bias = null) => Aten.Call("linear", input, weights, bias);

            public static Tensor layer_norm(
                Tensor input, long[] normalized_shape, Tensor weight = null, Tensor bias = null, double eps = 1e-05) =>
                Aten.Call("layer_norm", input, normalized_shape, weight, bias, eps);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.Call("one_hot", x, num_classes);

            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1L, double eps = 1e-12)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor length = Aten.Call("norm.ScalarOpt_dim", input, p, new[] { dim }, true).clamp(min: (Scalar)eps);
                return input.div(length.expand_as(input)).MoveToOuterDisposeScope();
            }

            /// <summary>softmax(q kᵀ / sqrt(d) + mask) v; a bool mask keeps where true.</summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (NativeMethods.TorchVersion() >= 2000)
                {
                    return Aten.Call("scaled_dot_product_attention", query, key, value, attn_mask, p, is_casual);
                }

                (Tensor output, Tensor weights) =
                    Aten.Pair("_scaled_dot_product_attention", query, key, value, attn_mask, p, false, is_casual);
                weights.Dispose();
                return output;
            }

            public static Tensor pad(
                Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => Aten.Call("constant_pad_nd", input, pad, mode == PaddingModes.Zeros ? 0.0 : value),
                PaddingModes.Reflect => Aten.Call($"reflection_pad{pad.Length / 2}d", input, pad),
                PaddingModes.Replicate => Aten.Call($"replication_pad{pad.Length / 2}d", input, pad),
                _ => Aten.Call("_pad_circular", input, pad),
            };

            public static Tensor pad(
                Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(
                Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, new[] { pad.Item1, pad.Item2 }, mode, value);

            public static Tensor pad(
                Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, new[] { pad.Item1, pad.Item2, pad.Item3, pad.Item4 }, mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, new[] { pad, pad }, mode, value);

            private static Tensor Into(Tensor x, Tensor result, bool inplace)
            {
                if (!inplace)
                {
                    return result;
                }

                using (result)
                {
                    return x.copy_(result).alias();
                }
            }
        }
    }
}
