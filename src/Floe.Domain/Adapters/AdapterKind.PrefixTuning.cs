using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>
    /// Prefix tuning: in every adapted layer P trained keys and values stand before those of the sequence, whose tokens are moved P
    /// positions on. The keys are not turned by RoPE.
    /// </summary>
    /// <remarks>Source: arXiv 2101.00190, in PEFT's form. Layers can be chosen here, which PEFT's form has no word for.</remarks>
    internal sealed record PrefixTuning : AdapterKind
    {
        /// <summary>P, the number of virtual tokens.</summary>
        public int Tokens { get; init; } = 20;

        /// <inheritdoc/>
        public override string Name => "prefix";

        /// <inheritdoc/>
        public override string Title => "prefix tuning";

        /// <inheritdoc/>
        public override bool HasRank => false;

        /// <inheritdoc/>
        public override Arr<Projection> UsualModules => Array(Projection.Key, Projection.Value);

        /// <summary>What stands before the outputs of k_proj and v_proj: [P, key and value heads · head width].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [new(new AdapterSide("number of virtual tokens", Tokens), site.Output)];

        /// <inheritdoc/>
        internal override bool ChoosesModules => false;

        /// <inheritdoc/>
        internal override bool StartsAsBase => false;

        /// <inheritdoc/>
        internal override bool Merges => false;

        /// <inheritdoc/>
        internal override IReadOnlyList<KindNumber> Numbers => Own;

        private static readonly KindNumber[] Own = [KindNumber.VirtualTokens(
            kind => ((PrefixTuning)kind).Tokens, (kind, n) => (PrefixTuning)kind with { Tokens = n })];
    }
}
