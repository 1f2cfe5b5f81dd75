using System.Globalization;
using Floe.Domain.Adapters;
using Floe.Effects.Plans;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>Settings as canonical text: what a stage's options hash is taken over. The same on every machine, whatever its culture.</summary>
internal static class StageOptions
{
    /// <summary>An adapter.</summary>
    public static string Of(AdapterSettings s) =>
        Line($"adapter={s.Kind} rank={s.Rank} alpha={s.Alpha:R} dropout={s.Dropout:R} experts={s.Experts} modules={string.Join(',', s.Modules.Map(m => m.Name()))}");

    /// <summary>A training, without what does not change its result.</summary>
    public static string Of(TrainingSettings s) => Line(
        $"epochs={s.Options.Epochs:R} steps={Text(s.Options.Steps)} batch={s.Options.Batch} rate={s.Options.LearningRate:R} warmup={s.Options.WarmUpShare:R}")
        + Line($" rise={s.Options.WarmUp} decay={s.Options.Decay} clip={s.Options.ClipNorm:R} weight_decay={s.Options.WeightDecay:R}")
        + Line($" length={s.Options.MaxLength} seed={s.Options.Seed}");

    /// <summary>Which rows of which files, by position in the plan: the files' contents are inputs of their own.</summary>
    public static string Of(Arr<DataPart> parts) => string.Join(';', parts.Select(p => Line($"skip={p.Skip} take={Text(p.Take)}")).AsEnumerable());

    /// <summary>A calibration.</summary>
    public static string Of(CalibrationSettings s) => Line($"text={s.Text.IsSome} sequences={s.Sequences} tokens={s.Tokens} batch={s.Batch}");

    /// <summary>A selection, without its tuning.</summary>
    public static string Of(SelectionSettings s) => Line(
        $"budget={s.Budget:R} cost={Text(s.Cost)} determination={s.Determination} scope={s.Scope} refinement={s.Refinement} weights={s.Weights}")
        + Line($" n={Text(s.Count)} share={Text(s.Share)} threshold={Text(s.Threshold)} half={s.AtLeastHalf}")
        // No other refinement counts states: a run of one of those stays finished when the number changes.
        + (s.Refinement == "exact" ? Line($" states={s.ExactStates}") : "");

    /// <summary>An evaluation. The rule stands there only where answers are judged by it.</summary>
    public static string Of(EvaluationSettings s) => Line($"exact_match={s.ExactMatch} answer_tokens={s.AnswerTokens}")
        + (s.ExactMatch > 0 ? $" answer_rule={s.Rule.Name}" : "");

    private static string Text<T>(Option<T> value) => value.Map(v => Convert.ToString(v, CultureInfo.InvariantCulture) ?? "").IfNone("-");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
