using System;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>Gradients of the outputs' sum with respect to the inputs; null for an unused input where that is allowed.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null, bool retain_graph = false, bool create_graph = false,
            bool allow_unused = false)
        {
            nint[] from = Handles(outputs), to = Handles(inputs), weights = Handles(grad_outputs), results = new nint[to.Length];
            fixed (nint* f = from, t = to, w = weights, r = results)
            {
                NativeMethods.Check(NativeMethods.Gradients(
                    f, from.Length, t, to.Length, w, weights.Length, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0,
                    r));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null : new Tensor(handle));
        }

        public static void backward(
            IList<Tensor> tensors, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor> inputs = null)
        {
            nint[] from = Handles(tensors), weights = Handles(grad_tensors), only = Handles(inputs);
            fixed (nint* f = from, w = weights, o = only)
            {
                int retain = retain_graph is bool known ? (known ? 1 : 0) : -1;
                NativeMethods.Check(NativeMethods.Backward(
                    f, from.Length, w, weights.Length, retain, create_graph ? 1 : 0, o, only.Length));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(
            Tensor tensor, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward(new[] { tensor }, grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward(new[] { tensor }, new[] { grad_tensor }, retain_graph, create_graph, inputs);

        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);

        private static nint[] Handles(IList<Tensor> tensors) =>
            tensors is null ? Array.Empty<nint>() : tensors.Select(t => t is null ? 0 : t.Handle).ToArray();
    }

    /// <summary>Anomaly detection until it is disposed.</summary>
    public class AnomalyMode : IDisposable
    {
        private readonly int before = NativeMethods.Anomaly();

        public AnomalyMode(bool enabled, bool check_nan = true) => NativeMethods.SetAnomaly(enabled ? 1 : 0, check_nan ? 1 : 0);

        public void Dispose() => NativeMethods.SetAnomaly(before & 1, before >> 1);
    }
}
