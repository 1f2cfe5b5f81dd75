using System;
using System.Collections.Generic;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients.</summary>
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Facts.RequiresGrad != 0;
            set
            {
                NativeMethods.Check(NativeMethods.SetRequiresGrad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        /// <summary>The gradient, as a new owner of it; null where there is none. Set null to drop it.</summary>
        public unsafe Tensor grad
        {
            get
            {
                nint result;
                NativeMethods.Check(NativeMethods.Grad(Handle, &result));
                GC.KeepAlive(this);
                return result == 0 ? null : new Tensor(result);
            }

            set
            {
                NativeMethods.Check(NativeMethods.SetGrad(Handle, value is null ? 0 : value.Handle));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            NativeMethods.Check(NativeMethods.RetainGrad(Handle));
            GC.KeepAlive(this);
        }

        public void backward() => autograd.backward(new[] { this });

        public void backward(
            IList<Tensor> grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor> inputs = null) =>
            autograd.backward(new[] { this }, grad_tensors, retain_graph, create_graph, inputs);
    }
}
