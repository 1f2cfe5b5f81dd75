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
    /// <summary>The mean of <see cref="EffectiveRank.Of"/> over each layer's modules; the experts' B count as one matrix on top of each other.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <returns>One entry an adapted layer, ascending.</returns>
    public static Either<FloeError, Arr<(int Layer, double Rank)>> Of(AdapterSet adapter) => TensorEdge.Run("effective rank", () =>
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable frozen = torch.no_grad();
        return toArray(adapter.Modules.GroupBy(pair => pair.Key.Layer).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Average(pair => Of(pair.Value)))));
    });

    // A [r, in]; B [out, M·r], expert by expert.
    private static double Of(LowRankModule module)
    {
        int rank = module.Rank;
        torch.Tensor b = module.B.view(-1, module.Experts, rank).permute(2, 0, 1).reshape(rank, -1);
        return EffectiveRank.Of(Square(module.A.mm(module.A.t()), rank), Square(b.mm(b.t()), rank));
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
