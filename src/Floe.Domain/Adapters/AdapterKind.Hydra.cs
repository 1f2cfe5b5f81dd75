namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>HydraLoRA, y = W x + s Σ_i softmax(R x)_i B_i A x: one shared A, M experts B_i, a router R, s = α/r.</summary>
    /// <remarks>Source: arXiv 2404.19245. The method's own adapter (method §8).</remarks>
    internal sealed record Hydra : AdapterKind
    {
        /// <inheritdoc/>
        public override string Name => "hydra";

        /// <inheritdoc/>
        public override string Title => "Hydra";

        /// <inheritdoc/>
        public override int UsualExperts => 4;

        /// <summary>A [r, in], then every B_i [out, r], then R [M, in].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
        [
            new(site.Inner, site.Input),
            .. Enumerable.Repeat(new AdapterTensor(site.Output, site.Inner), site.Experts),
            new(site.Choices, site.Input),
        ];
    }
}
