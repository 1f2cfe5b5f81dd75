using Floe.Effects.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>
/// A low-rank adapter of one linear layer: LoRA, y + s·B A x, or HydraLoRA, y + s·Σ_i softmax(R x)_i B_i A x with one shared A.
/// </summary>
public sealed class LowRankModule : IDisposable
{
    internal LowRankModule(Parameter a, Parameter b, Parameter? router, double scale, double dropout) =>
        (A, B, Router, Scale, Dropout) = (a, b, router, scale, dropout);

    /// <summary>[r, in].</summary>
    public Parameter A { get; }

    /// <summary>[out, M·r]: the experts' B_i side by side, so that all are applied in one product.</summary>
    public Parameter B { get; }

    /// <summary>R, [M, in]; null for LoRA.</summary>
    public Parameter? Router { get; }

    /// <summary>s, α/r (α/√r for rsLoRA).</summary>
    public double Scale { get; }

    /// <summary>Probability of dropping an element of A's input while training.</summary>
    public double Dropout { get; }

    /// <summary>r.</summary>
    public int Rank => (int)A.size(0);

    /// <summary>M; 1 for LoRA.</summary>
    public int Experts => (int)(B.size(1) / A.size(0));

    /// <summary>The trainable tensors, A, B, then R.</summary>
    public IEnumerable<Parameter> Parameters => Router is null ? [A, B] : [A, B, Router];

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.Dispose();
        }
    }
}

/// <summary>Applies low-rank adapters.</summary>
/// <remarks>Tensor functions: call them inside <c>TensorEdge</c>.</remarks>
internal static class LowRank
{
    /// <summary>Adds an adapter's output. The router reads the undropped input; A x is computed once for all experts.</summary>
    /// <param name="module">The adapter.</param>
    /// <param name="x">[T, in], the adapter's input.</param>
    /// <param name="y">[T, out], the frozen layer's output.</param>
    /// <param name="training">Whether dropout is on.</param>
    /// <returns>[T, out].</returns>
    /// <remarks>Source: HydraLoRA (arXiv 2404.19245), LoRA (arXiv 2106.09685).</remarks>
    public static Tensor Apply(LowRankModule module, Tensor x, Tensor y, bool training)
    {
        bool dropping = training && module.Dropout > 0.0;
        Tensor kept = dropping ? nn.functional.dropout(x, module.Dropout, training: true) : x;
        if (module.Router is null)
        {
            return y.addmm(nn.functional.linear(kept, module.A), module.B.t(), alpha: (float)module.Scale);
        }

        (Tensor inner, Tensor route) = dropping
            ? (nn.functional.linear(kept, module.A), nn.functional.linear(x, module.Router))
            : Joint(module, x);
        Tensor weighted = route.softmax(-1).mul(module.Scale).unsqueeze(2).mul(inner.unsqueeze(1));
        return y.addmm(weighted.view(x.size(0), module.B.size(1)), module.B.t());
    }

    private static (Tensor Inner, Tensor Route) Joint(LowRankModule module, Tensor x)
    {
        Tensor both = nn.functional.linear(x, cat([module.A, module.Router!], 0));
        return (both.narrow(1, 0, module.Rank), both.narrow(1, module.Rank, module.Experts));
    }
}
