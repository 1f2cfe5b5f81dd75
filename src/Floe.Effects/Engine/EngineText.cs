using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>
/// ATen operators that TorchSharp has no method for, through one compiled text. The text is fixed: a name that LibTorch does not know would
/// end the process when it is compiled. What fails while it runs is an exception.
/// </summary>
internal static class EngineText
{
    private const string Source = """
        def linear(x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
            return torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), w, b))

        def through(g: Tensor, w: Tensor) -> Tensor:
            y = torch.mkldnn_linear_backward_input([g.size(0), w.size(1)], torch.to_mkldnn(g), w)
            return torch.to_dense(y)

        def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor],
                lr: float, b1: float, b2: float, wd: float, eps: float) -> Tensor:
            torch._foreach_add_(t, 1)
            torch._fused_adamw_(p, g, m, v, [], t, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
            return t[0]

        def norm(g: List[Tensor]) -> Tensor:
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)

        def scale(g: List[Tensor], s: float) -> Tensor:
            torch._foreach_mul_(g, s)
            return g[0]

        def zero(g: List[Tensor], s: float) -> Tensor:
            torch._foreach_zero_(g)
            return g[0]
        """;

#pragma warning disable RS0030 // EngineTextTests compiles this text and runs every function of it.
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source.ReplaceLineEndings("\n") + "\n"));

    /// <summary>Runs one function of the text.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Tensor Run(string function, params object?[] arguments) => (Tensor)Unit.Value.invoke(function, arguments!);
#pragma warning restore RS0030
}
