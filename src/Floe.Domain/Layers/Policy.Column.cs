using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>By a column of layer statistics, largest first.</summary>
    /// <param name="Name">Column name.</param>
    public sealed record Column(string Name) : Policy
    {
        private const string Word = "column";

        // Statistics with the names that people type.
        private static readonly (string Name, string Column)[] Known =
        [
            ("weight-norm", "weight_norm"), ("page", "page"), ("gradient", "gradient"), ("cka", "cka"), ("activation", "activation"),
                ("snr", "snr"),
            ("ablate", "ablate"), ("backward", "backward"), ("forward", "forward"),
                ("progressive", "progressive"),
        ];

        internal static PolicyForm[] Named => [.. Known.Select(known => PolicyForm.Word(known.Name, new Column(known.Column)))];

        internal static PolicyForm Other => PolicyForm.With(Word + ":NAME", Word, column =>
            column.Length > 0 ? Some(Right<FloeError, Policy>(new Column(column))) : None);

        /// <inheritdoc/>
        public override string Label => Known.FirstOrDefault(known => known.Column == Name).Name ?? $"{Word}:{Name}";

        /// <inheritdoc/>
        public override Option<string> StatisticsColumn => Some(Name);

        internal override Either<FloeError, LayerRanking> Rank(PolicyInput input) =>
            input.Column(Name).Bind(values => LayerRanking.Create(values.Span));
    }
}
