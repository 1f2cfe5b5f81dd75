using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>Every layer, however many are asked for.</summary>
    public sealed record All : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("all", new All());

        /// <inheritdoc/>
        public override string Label => "all";

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) => LayerRanking.Create(input.Importance.Span);

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            Rank(input).Map(ranking => new ChosenLayers(ranking, toArray(Enumerable.Range(0, ranking.Layers))));
    }
}
