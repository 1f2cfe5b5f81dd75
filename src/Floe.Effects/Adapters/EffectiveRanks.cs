using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Effects.Engine;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters;

/// <summary>How many directions a trained adapter uses in each layer.</summary>
internal static class EffectiveRanks
{
    /// <summary>The mean of <see cref="EffectiveRank.Of"/> over each layer's modules; the experts' B count as one matrix on top of each
    /// other.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <returns>One entry an adapted layer, ascending; none for a kind without a rank.</returns>
    public static Either<FloeError, Arr<(int Layer, double Rank)>> Of(AdapterSet adapter) => TensorEdge.Run("effective rank", () =>
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable frozen = torch.no_grad();
        return toArray(
            from module in adapter.Modules
            where module.Value.Factors is not null
            group module.Value.Factors!.Value by module.Key.Layer into layer
            orderby layer.Key
            select (layer.Key, layer.Average(Of)));
    });

    private static double Of((torch.Tensor A, torch.Tensor B) factors)
    {
        int rank = (int)factors.A.size(0);
        return EffectiveRank.Of(Square(factors.A.mm(factors.A.t()), rank), Square(factors.B.t().mm(factors.B), rank));
    }

    private static double[,] Square(torch.Tensor gram, int rank)
    {
        float[] values = Tensors.Floats(gram.contiguous());
        double[,] square = new double[rank, rank];
        for (int i = 0; i < values.Length; i++)
        {
            square[i / rank, i % rank] = values[i];
        }

        return square;
    }
}
