using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>
    /// The n layers whose gates keep most: the set that minimises the quadratic model of the loss with the gates of the others at 0 (<see
    /// cref="GateModel"/>): FLoE's Fisher with the interactions between layers that its diagonal leaves out. Exact by branch and bound;
    /// <see cref="ChosenLayers.Certificate"/> says so.
    /// </summary>
    public sealed record Gates : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("gates", new Gates());

        /// <inheritdoc/>
        public override string Label => "gates";

        /// <inheritdoc/>
        public override Option<string> StatisticsColumn => Some(GateModel.Slope);

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            from n in Number(input, choice)
            from model in GateModel.Of(input)
            let found = GateSearch.Run(model, n)
            from marked in Marked(input.Layers, found.Kept)
            select marked with { Certificate = Some(found.Certificate) };
    }
}
