using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Pretraining.Training;

/// <summary>
/// The weights that pretraining starts from, as GPT-NeoX draws them: norms 1, biases 0, everything else normal with deviation √(2/(5d))
/// (Nguyen and Salazar, arXiv 1910.05895), and 2/(L·√d) for the two projections of a layer that write into the residual stream. The
/// deviations follow the width d, so that the queries and keys of a narrow model are large enough for its attention to learn from the first
/// steps. A pure function of configuration and seed: <see cref="SplitMix64"/> and Box-Muller, so the same numbers on every platform.
/// </summary>
/// <param name="config">The decoder.</param>
/// <param name="seed">Any number.</param>
internal sealed class RandomWeights(DecoderConfig config, long seed) : IWeightSource
{
    private readonly Dictionary<string, int> order =
        DecoderLayout.TensorsOf(config)
            .Select((tensor, index) => (tensor.Name, index))
            .ToDictionary(t => t.Name, t => t.index, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } =
        DecoderLayout.TensorsOf(config).ToDictionary(t => t.Name, t => new StoredTensor(t.Name, "F32", t.Shape), StringComparer.Ordinal);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (name.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            destination.Fill(1f);
        }
        else if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            destination.Clear();
        }
        else
        {
            bool writes = Writes(name, Projection.Output) || Writes(name, Projection.Down);
            Normal(order[name], writes
                ? 2.0 / (config.Layers * Math.Sqrt(config.Hidden))
                : Math.Sqrt(2.0 / (5.0 * config.Hidden)), destination);
        }

        return unit;
    }

    /// <summary>Nothing is held open.</summary>
    public void Dispose()
    {
    }

    private static bool Writes(string name, Projection projection) =>
        name.EndsWith($".{projection.Name()}.weight", StringComparison.Ordinal);

    // Each tensor has a stream of its own, so its values do not depend on the order of reading.
    private void Normal(int tensor, double deviation, Span<float> destination)
    {
        (ulong start, _) = new SplitMix64(unchecked((ulong)seed)).NextBits();
        (ulong own, _) = new SplitMix64(unchecked(start + (ulong)tensor)).NextBits();
        SplitMix64 generator = new(own);
        for (int at = 0; at < destination.Length; at++)
        {
            (double radius, generator) = Uniform(generator);
            (double angle, generator) = Uniform(generator);
            destination[at] = (float)(deviation * Math.Sqrt(-2.0 * Math.Log(radius)) * Math.Cos(2.0 * Math.PI * angle));
        }
    }

    // In (0, 1], so that its logarithm is finite.
    private static (double Value, SplitMix64 Next) Uniform(SplitMix64 generator)
    {
        (ulong bits, SplitMix64 next) = generator.NextBits();
        return (((bits >> 11) + 1) * (1.0 / (1UL << 53)), next);
    }
}
