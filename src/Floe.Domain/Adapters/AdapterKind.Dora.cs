namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>
    /// DoRA, y = (m / ‖V‖) ⊙ V x with V = W + s B A: LoRA on the direction of each row of a weight, and the row's length m of its own. The
    /// norm ‖V‖ over a row is a constant in the gradient. s as in LoRA.
    /// </summary>
    /// <remarks>Source: arXiv 2402.09353 (§4.3 for the constant norm).</remarks>
    internal sealed record Dora : AdapterKind
    {
        /// <inheritdoc/>
        public override string Name => "dora";

        /// <inheritdoc/>
        public override string Title => "DoRA";

        /// <summary>A [r, in], B [out, r], m [out].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [new(site.Inner, site.Input), new(site.Output, site.Inner), new(site.Output)];
    }
}
