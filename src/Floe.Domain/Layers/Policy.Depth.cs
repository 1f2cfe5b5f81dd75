using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>The lowest layers.</summary>
    public sealed record First : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("first", new First());

        /// <inheritdoc/>
        public override string Label => "first";

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) =>
            LayerRanking.Create([.. Enumerable.Range(0, input.Layers).Select(k => (double)(input.Layers - k) / input.Layers)]);
    }

    /// <summary>The highest layers.</summary>
    public sealed record Last : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("last", new Last());

        /// <inheritdoc/>
        public override string Label => "last";

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) =>
            LayerRanking.Create([.. Enumerable.Range(0, input.Layers).Select(k => (double)(k + 1) / input.Layers)]);
    }

    /// <summary>The k lowest layers, however many are asked for.</summary>
    /// <param name="Count">k.</param>
    public sealed record Prefix(int Count) : Policy
    {
        internal static PolicyForm Form => PolicyForm.With("prefix:N", "prefix", text => Whole(text, n => new Prefix(n)));

        /// <inheritdoc/>
        public override string Label => string.Create(CultureInfo.InvariantCulture, $"prefix:{Count}");

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) => new First().Rank(input);

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            new First().Choose(input, new LayerChoice.Top(Count));
    }

    /// <summary>The k highest layers, however many are asked for: the set whose backward pass is the shortest, so the fastest to
    /// train.</summary>
    /// <param name="Count">k.</param>
    public sealed record Suffix(int Count) : Policy
    {
        internal static PolicyForm Form => PolicyForm.With("suffix:N", "suffix", text => Whole(text, n => new Suffix(n)));

        /// <inheritdoc/>
        public override string Label => string.Create(CultureInfo.InvariantCulture, $"suffix:{Count}");

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) => new Last().Rank(input);

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            new Last().Choose(input, new LayerChoice.Top(Count));
    }

    /// <summary>n layers equally spaced over depth: the middle layer of each of n equal bands.</summary>
    public sealed record Even : Policy
    {
        internal static PolicyForm Form => PolicyForm.Word("even", new Even());

        /// <inheritdoc/>
        public override string Label => "even";

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) => Number(input, choice).Bind(n =>
            Marked(input.Layers, Enumerable.Range(0, n).Select(i => (int)((((2L * i) + 1) * input.Layers) / (2L * n)))));
    }

    private static Option<Either<FloeError, Policy>> Whole(string text, Func<int, Policy> make) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? Some(Right<FloeError, Policy>(make(n))) : None;
}
