using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>Rows of a table by index.</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long padding;
        private readonly double? maxNorm;
        private readonly double normType;
        private readonly bool scale;
        private readonly bool sparse;

        internal Embedding(Parameter weight, long? padding, double? maxNorm, double normType, bool scale, bool sparse)
            : base(nameof(Embedding))
        {
            long row = padding ?? -1;
            this.padding = row < -1 || (padding is not null && row < 0) ? weight.shape[0] + row : row;
            (this.maxNorm, this.normType, this.scale, this.sparse) = (maxNorm, normType, scale, sparse);
            ConditionallyRegisterParameter(nameof(weight), weight);
        }

        public Parameter weight
        {
            get => _internal_params[nameof(weight)];
            set => ConditionallyRegisterParameter(nameof(weight), value);
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (maxNorm is double bound)
            {
                using System.IDisposable guard = torch.no_grad();
                Aten.InPlace(weight, "embedding_renorm_", weight, input, bound, normType);
            }

            return Aten.Call("embedding", weight, input, padding, scale, sparse);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device device = null, ScalarType? dtype = null)
            {
                Parameter weight = new(init.normal_(empty(num_embeddings, embedding_dims, dtype, device)));
                Embedding made = new(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
                if (padding_idx is long row)
                {
                    using System.IDisposable guard = no_grad();
                    using Tensor padding = weight[row];
                    padding.zero_();
                }

                return made;
            }

            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device device = null, ScalarType? dtype = null)
            {
                Tensor table = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true);
                return new(new Parameter(table, !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            }
        }
    }
}
