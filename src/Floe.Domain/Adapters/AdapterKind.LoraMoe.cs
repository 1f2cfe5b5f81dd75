namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>LoRAMoE, y = W x + s Σ_i softmax(R x)_i B_i A_i x: M experts, each with an A and a B of its own, and a router R, s =
    /// α/r.</summary>
    /// <remarks>Source: arXiv 2312.09979, in the form of its repository, with its balance constraint off as its own script has
    /// it.</remarks>
    internal sealed record LoraMoe : AdapterKind
    {
        /// <inheritdoc/>
        public override string Name => "loramoe";

        /// <inheritdoc/>
        public override string Title => "LoRAMoE";

        /// <inheritdoc/>
        public override int UsualExperts => 8;

        /// <summary>Every A_i [r, in], then every B_i [out, r], then R [M, in].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
        [
            .. Enumerable.Repeat(new AdapterTensor(site.Inner, site.Input), site.Experts),
            .. Enumerable.Repeat(new AdapterTensor(site.Output, site.Inner), site.Experts),
            new(site.Choices, site.Input),
        ];
    }
}
