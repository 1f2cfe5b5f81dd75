using LanguageExt;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>By s_k of the masks: the method's own.</summary>
    public sealed record Fisher : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("fisher", new Fisher());

        /// <inheritdoc/>
        public override string Label => "fisher";

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) => LayerRanking.Create(input.Importance.Span);
    }
}
