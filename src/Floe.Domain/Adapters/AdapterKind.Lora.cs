namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>LoRA, y = W x + s B A x with s = α/r, or α/√r where the plan says <see cref="AdapterPlan.RankStabilized"/>
    /// (rsLoRA).</summary>
    /// <remarks>Sources: arXiv 2106.09685, arXiv 2312.03732 (rsLoRA).</remarks>
    internal sealed record Lora : AdapterKind
    {
        /// <inheritdoc/>
        public override string Name => "lora";

        /// <inheritdoc/>
        public override string Title => "LoRA";

        /// <summary>A [r, in], B [out, r].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [new(site.Inner, site.Input), new(site.Output, site.Inner)];
    }
}
