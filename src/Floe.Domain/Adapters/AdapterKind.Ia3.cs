using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>IA³: a vector l that scales the output of a linear layer, y = l ⊙ W x, or its input, y = W (l ⊙ x).</summary>
    /// <param name="FeedForward">The linear layers whose input is scaled; of every other one the output is.</param>
    /// <remarks>Source: arXiv 2205.05638, in PEFT's form.</remarks>
    internal sealed record Ia3(Arr<Projection> FeedForward) : AdapterKind
    {
        /// <summary>The input of the FFN's last linear layer is scaled, as PEFT does it for LLaMA's family.</summary>
        public Ia3()
            : this(Array(Projection.Down))
        {
        }

        /// <inheritdoc/>
        public override string Name => "ia3";

        /// <inheritdoc/>
        public override string Title => "IA³";

        /// <inheritdoc/>
        public override bool HasRank => false;

        /// <inheritdoc/>
        public override Arr<Projection> UsualModules => Array(Projection.Key, Projection.Value, Projection.Down);

        /// <summary>Whether the input of a linear layer is scaled rather than its output.</summary>
        /// <param name="module">The linear layer.</param>
        public bool ScalesInput(Projection module) => FeedForward.AsEnumerable().Contains(module);

        /// <summary>l, [out, 1], or [1, in] where the input is scaled.</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [ScalesInput(site.Module) ? new(AdapterSite.One, site.Input) : new(site.Output, AdapterSite.One)];
    }
}
