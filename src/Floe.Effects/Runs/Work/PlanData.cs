using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Data;
using Floe.Effects.Runs.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs.Work;

/// <summary>The samples of a plan's parts.</summary>
internal static class PlanData
{
    /// <summary>Reads the rows of all parts, in the plan's order.</summary>
    /// <param name="parts">At least one.</param>
    /// <returns>At least one sample, or the file and what is wrong with it.</returns>
    public static Either<FloeError, IReadOnlyList<TextSample>> Texts(Arr<DataPart> parts) =>
        from sets in parts.AsEnumerable().Each(part => DataFile.Read(part.Path).Bind(set => Rows(part, set)))
        select (IReadOnlyList<TextSample>)[.. sets.SelectMany(s => s)];

    /// <summary>Reads and tokenizes.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="model">The base model.</param>
    /// <param name="length">Most tokens of a sample.</param>
    public static Either<FloeError, Arr<TokenizedSample>> Tokens(Arr<DataPart> parts, OpenedModel model, int length) =>
        from texts in Texts(parts)
        from data in model.Samples(texts, length)
        select data.Samples;

    /// <summary>The calibration blocks of the Taylor scores: of the plan's text, else of the sample's texts joined.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model.</param>
    /// <returns>At least one block of exactly the plan's length; at most as many as it asks for.</returns>
    public static Either<FloeError, IReadOnlyList<ReadOnlyMemory<int>>> Calibration(RunPlan plan, OpenedModel model) =>
        from ids in plan.Calibration.Text.Match(
            Some: path => CalibrationText.Ids(path, model.Tokenizer),
            None: () => Tokens(plan.Sample, model, int.MaxValue).Map(samples => toArray(samples.Bind(s => s.Ids).AsEnumerable())))
        let blocks = SampleTokenization.Blocks(ids, plan.Calibration.Tokens)
        from some in Steps.Check(blocks.Count > 0, () => new FloeError.BadData(
            plan.Calibration.Text.IfNone("sample"), $"at least {plan.Calibration.Tokens} tokens of calibration text", $"{ids.Count}", "Give more text, or lower calibration.tokens."))
        select (IReadOnlyList<ReadOnlyMemory<int>>)[.. blocks.Take(plan.Calibration.Sequences).Select(b => (ReadOnlyMemory<int>)b.ToArray()).AsEnumerable()];

    private static Either<FloeError, IReadOnlyList<TextSample>> Rows(DataPart part, DataSet set)
    {
        TextSample[] rows = [.. set.Samples.AsEnumerable().Skip(part.Skip).Take(part.Take.IfNone(int.MaxValue))];
        return rows.Length > 0
            ? rows
            : new FloeError.BadData(part.Path, $"more than {part.Skip} samples, as the plan skips that many", $"{set.Samples.Count}", "Lower skip, or give more data.");
    }
}
