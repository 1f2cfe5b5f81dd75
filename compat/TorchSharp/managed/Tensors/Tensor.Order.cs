namespace TorchSharp;

public static partial class torch
{
    /// <summary>Sorting and sampling.</summary>
    public partial class Tensor
    {
        public Tensor argsort(long dim = -1, bool descending = false) => Aten.Call("argsort", this, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Aten.Pair("topk", this, k, dim, largest, sorted);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Aten.Pair("sort.stable", this, stable, dim, descending);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator generator = null) =>
            Aten.Call("multinomial", this, num_samples, replacement, generator);

        public Tensor bernoulli(Generator generator = null) => Aten.Call("bernoulli", this, generator);
    }
}
