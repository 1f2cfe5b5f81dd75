namespace TorchSharp;

public static partial class torch
{
    /// <summary>Functions of each element by itself.</summary>
    public partial class Tensor
    {
        public Tensor abs() => Aten.Call("abs", this);

        public Tensor abs_() => Aten.InPlace(this, "abs_", this);

        public Tensor neg() => Aten.Call("neg", this);

        public Tensor neg_() => Aten.InPlace(this, "neg_", this);

        public Tensor negative() => neg();

        public Tensor reciprocal() => Aten.Call("reciprocal", this);

        public Tensor reciprocal_() => Aten.InPlace(this, "reciprocal_", this);

        public Tensor exp() => Aten.Call("exp", this);

        public Tensor exp_() => Aten.InPlace(this, "exp_", this);

        public Tensor expm1() => Aten.Call("expm1", this);

        public Tensor log() => Aten.Call("log", this);

        public Tensor log_() => Aten.InPlace(this, "log_", this);

        public Tensor log1p() => Aten.Call("log1p", this);

        public Tensor log2() => Aten.Call("log2", this);

        public Tensor sqrt() => Aten.Call("sqrt", this);

        public Tensor sqrt_() => Aten.InPlace(this, "sqrt_", this);

        public Tensor rsqrt() => Aten.Call("rsqrt", this);

        public Tensor rsqrt_() => Aten.InPlace(this, "rsqrt_", this);

        public Tensor square() => Aten.Call("square", this);

        public Tensor sign() => Aten.Call("sign", this);

        public Tensor cos() => Aten.Call("cos", this);

        public Tensor sin() => Aten.Call("sin", this);

        public Tensor tanh() => Aten.Call("tanh", this);

        public Tensor tanh_() => Aten.InPlace(this, "tanh_", this);

        public Tensor erf() => Aten.Call("erf", this);

        public Tensor floor() => Aten.Call("floor", this);

        public Tensor ceil() => Aten.Call("ceil", this);

        public Tensor round() => Aten.Call("round", this);

        public Tensor trunc() => Aten.Call("trunc", this);

        public Tensor sigmoid() => Aten.Call("sigmoid", this);

        public Tensor sigmoid_() => Aten.InPlace(this, "sigmoid_", this);

        public Tensor relu() => Aten.Call("relu", this);

        public Tensor relu_() => Aten.InPlace(this, "relu_", this);

        public Tensor gelu() => Aten.Call("gelu", this);

        public Tensor gelu(Modules.GELU.Approximate approximate) => Aten.Call("gelu", this, approximate.ToString());

        public Tensor silu() => Aten.Call("silu", this);

        public Tensor silu_() => Aten.InPlace(this, "silu_", this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.Call("softmax.int", this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.Call("log_softmax.int", this, dim, dtype);

        public Tensor isfinite() => Aten.Call("isfinite", this);

        public Tensor isnan() => Aten.Call("isnan", this);

        public Tensor isinf() => Aten.Call("isinf", this);

        public Tensor bernoulli_(double p = 0.5, Generator generator = null) => Aten.InPlace(this, "bernoulli_.float", this, p, generator);

        public Tensor bernoulli_(Tensor p, Generator generator = null) => Aten.InPlace(this, "bernoulli_.Tensor", this, p, generator);

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator generator = null) =>
            Aten.InPlace(this, "normal_", this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator generator = null) =>
            Aten.InPlace(this, "uniform_", this, from, to, generator);

        public Tensor exponential_(double lambda = 1.0, Generator generator = null) =>
            Aten.InPlace(this, "exponential_", this, lambda, generator);
    }
}
