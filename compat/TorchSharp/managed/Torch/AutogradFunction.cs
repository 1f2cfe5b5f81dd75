using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>What a function keeps between its forward and its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = new(StringComparer.Ordinal);
            private List<Tensor> saved = [];

            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>Keeps own aliases of the tensors, so that scopes may free the originals.</summary>
            public void save_for_backward(List<Tensor> tensors)
            {
                saved.ForEach(tensor => tensor?.Dispose());
                saved = tensors.ConvertAll(tensor => tensor?.alias().DetachFromDisposeScope());
            }

            public void save_data(string key, object value) => data[key] = value;

            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = [.. tensors];

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public List<Tensor> get_saved_variables() => saved.ConvertAll(tensor => tensor?.alias());

            public object get_data(string key) => data[key];

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                saved.ForEach(tensor => tensor?.Dispose());
                saved = [];
            }
        }

        /// <summary>A differentiable function written in managed code.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            private protected static readonly T Instance = new();
        }

        /// <summary>A function of any arguments whose answer is one tensor.</summary>
        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient, or null, for each argument of forward.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            public static Tensor apply(params object[] vars)
            {
                AutogradContext context = new();
                Tensor output;
                using (no_grad())
                {
                    output = Instance.forward(context, vars);
                }

                Tensor[] inputs = vars.OfType<Tensor>().ToArray();
                if (!is_grad_enabled() || !Array.Exists(inputs, input => input.requires_grad) || context.NonDifferentiable.Contains(output, ReferenceEqualityComparer.Instance))
                {
                    context.Dispose();
                    return output;
                }

                if (context.Dirty.Count > 0)
                {
                    context.Dispose();
                    throw new NotSupportedException("functions that change their inputs in place are not part of this subset");
                }

                using (output)
                {
                    return ManagedNode.Attach(output, vars, context, grad => Instance.backward(context, grad));
                }
            }
        }
    }

    /// <summary>The managed side of a node in LibTorch's graph, held by the native side until the graph is freed.</summary>
    private sealed unsafe class ManagedNode(object[] arguments, autograd.AutogradContext context, Func<Tensor, List<Tensor>> backward)
    {
        private readonly bool[] isTensor = Array.ConvertAll(arguments, argument => argument is Tensor);

        internal static Tensor Attach(
            Tensor output, object[] arguments, autograd.AutogradContext context, Func<Tensor, List<Tensor>> backward)
        {
            GCHandle held = GCHandle.Alloc(new ManagedNode(arguments, context, backward));
            Tensor[] inputs = arguments.OfType<Tensor>().ToArray();
            nint[] handles = Array.ConvertAll(inputs, input => (nint)input.Handle);
            fixed (nint* start = handles)
            {
                nint attached = NativeMethods.Attach(
                    output.Handle, start, handles.Length, context.MaterializeGrads ? 1 : 0, &Backward, &Release, GCHandle.ToIntPtr(held));
                GC.KeepAlive(inputs);
                GC.KeepAlive(output);
                return new Tensor(NativeMethods.Check(attached));
            }
        }

        /// <summary>LibTorch wants one gradient for each tensor argument; each answer is a fresh native owner.</summary>
        private void Run(nint gradOutput, Span<nint> answers)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor grad = gradOutput == 0 ? null : new Tensor(gradOutput);
            List<Tensor> gradients = backward(grad);
            if (gradients.Count != isTensor.Length)
            {
                throw new InvalidOperationException(
                    $"backward returned an incorrect number of gradients (expected {isTensor.Length}, got {gradients.Count})");
            }

            int at = 0;
            for (int i = 0; i < isTensor.Length; i++)
            {
                if (isTensor[i])
                {
                    answers[at++] = gradients[i] is null ? 0 : NativeMethods.Check(NativeMethods.Share(gradients[i].Handle));
                }
            }

            GC.KeepAlive(gradients);
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int Backward(long token, nint gradOutput, nint* answers, int count, byte** error)
        {
            try
            {
                ((ManagedNode)GCHandle.FromIntPtr((nint)token).Target).Run(gradOutput, new Span<nint>(answers, count));
                return 0;
            }
            catch (Exception failure)
            {
                // An exception must not unwind through native frames: its message goes on as LibTorch's error.
                byte[] message = System.Text.Encoding.UTF8.GetBytes(failure.Message + "\0");
                *error = (byte*)NativeMemory.Alloc((nuint)message.Length);
                message.CopyTo(new Span<byte>(*error, message.Length));
                return -1;
            }
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static void Release(long token)
        {
            GCHandle held = GCHandle.FromIntPtr((nint)token);
            ((ManagedNode)held.Target).Free();
            held.Free();
        }

        private void Free() => context.Dispose();
    }
}
