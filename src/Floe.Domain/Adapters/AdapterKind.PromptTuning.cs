using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>Prompt tuning: P trained embeddings stand before those of the tokens. They are what the first layer reads, so there is no
    /// layer to choose.</summary>
    /// <remarks>Source: arXiv 2104.08691, in PEFT's form.</remarks>
    internal sealed record PromptTuning : AdapterKind
    {
        /// <summary>P, the number of virtual tokens.</summary>
        public int Tokens { get; init; } = 20;

        /// <inheritdoc/>
        public override string Name => "prompt";

        /// <inheritdoc/>
        public override string Title => "prompt tuning";

        /// <inheritdoc/>
        public override bool HasRank => false;

        /// <summary>The linear layer of the first decoder layer whose input is as wide as an embedding.</summary>
        public override Arr<Projection> UsualModules => Array(Projection.Query);

        /// <summary>What stands before the tokens' embeddings, [P, d].</summary>
        /// <param name="site">The first layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [new(new AdapterSide("number of virtual tokens", Tokens), site.Input)];

        /// <inheritdoc/>
        internal override bool ChoosesModules => false;

        /// <inheritdoc/>
        internal override bool ChoosesLayers => false;

        /// <inheritdoc/>
        internal override bool StartsAsBase => false;

        /// <inheritdoc/>
        internal override bool Merges => false;

        /// <inheritdoc/>
        internal override IReadOnlyList<KindNumber> Numbers => Own;

        private static readonly KindNumber[] Own = [KindNumber.VirtualTokens(
            kind => ((PromptTuning)kind).Tokens, (kind, n) => (PromptTuning)kind with { Tokens = n })];
    }
}
