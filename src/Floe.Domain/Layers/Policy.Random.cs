using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>A random order, the same on every platform (<see cref="SplitMix64"/>).</summary>
    /// <param name="Seed">Seed; 42 by default.</param>
    public sealed record Random(ulong Seed = 42) : Policy
    {
        internal const string Word = "random";

        internal static PolicyForm Form =>
            PolicyForm.Or(Word + "[:SEED]", PolicyForm.Word(Word, new Random()), PolicyForm.With("", Word, seed =>
            ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
                ? Some(Right<FloeError, Policy>(new Random(value)))
                : None));

        /// <inheritdoc/>
        public override string Label => Seed == 42 ? Word : string.Create(CultureInfo.InvariantCulture, $"{Word}:{Seed}");

        internal override Policy Drawn(ulong seed) => new Random(seed);

        // The first layer of the permutation has the largest score.
        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input)
        {
            (int[] order, _) = new SplitMix64(Seed).Permutation(input.Layers);
            double[] scores = new double[input.Layers];
            for (int place = 0; place < scores.Length; place++)
            {
                scores[order[place]] = (double)(scores.Length - place) / scores.Length;
            }

            return LayerRanking.Create(scores);
        }
    }
}
