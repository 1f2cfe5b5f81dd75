using System;
using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>y = x Wᵀ + b with W [out, in].</summary>
    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Linear(Parameter weight, Parameter bias)
            : base(nameof(Linear))
        {
            in_features = weight.shape[1];
            out_features = weight.shape[0];
            ConditionallyRegisterParameter(nameof(weight), weight);
            ConditionallyRegisterParameter(nameof(bias), bias);
        }

        public Parameter bias
        {
            get => _internal_params.TryGetValue(nameof(bias), out Parameter value) ? value : null;
            set => ConditionallyRegisterParameter(nameof(bias), value);
        }

        public Parameter weight
        {
            get => _internal_params[nameof(weight)];
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, weight, bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(
                long inputSize, long outputSize, bool hasBias = true, Device device = null, ScalarType? dtype = null)
            {
                double bound = 1 / Math.Sqrt(inputSize);
                Parameter weight = new(init.kaiming_uniform_(empty(outputSize, inputSize, dtype, device), Math.Sqrt(5)));
                Parameter bias = hasBias ? new(init.uniform_(empty(outputSize, dtype, device), -bound, bound)) : null;
                return new Linear(weight, bias);
            }

            public static Linear Linear(Parameter weight, Parameter bias = null) => new(weight, bias);
        }
    }
}
