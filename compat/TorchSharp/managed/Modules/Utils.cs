using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Gradients and parameters of whole models.</summary>
        public static class utils
        {
            /// <summary>Scales gradients in place so that their joint norm is at most max_norm; answers the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using IDisposable guard = no_grad();
                using DisposeScope scope = NewDisposeScope();
                List<Tensor> grads = Gradients(tensors);
                if (grads.Count == 0)
                {
                    return 0;
                }

                Device first = grads[0].device;
                Tensor norms = stack(grads.Select(grad => linalg.vector_norm(grad, norm_type).to(first)));
                double total = linalg.vector_norm(norms, norm_type).ToDouble();
                double factor = Math.Min(max_norm / (total + 1e-6), 1.0);
                if (!(factor >= 1.0))
                {
                    grads.ForEach(grad => grad.mul_(factor));
                }

                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using IDisposable guard = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Gradients(tensors).ForEach(grad => grad.clamp_((Scalar)(-clip_value), (Scalar)clip_value));
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.reshape(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            /// <summary>Copies the vector's parts into the parameters, in order.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using IDisposable guard = no_grad();
                using DisposeScope scope = NewDisposeScope();
                long at = 0;
                foreach (Parameter parameter in tensors)
                {
                    long length = parameter.NumberOfElements;
                    parameter.copy_(vec.narrow(0, at, length).view_as(parameter));
                    at += length;
                }
            }

            private static List<Tensor> Gradients(IEnumerable<Parameter> tensors) =>
                tensors.Select(tensor => tensor.grad).Where(grad => grad is not null).ToList();
        }
    }
}
