using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>The samples of a plan's parts.</summary>
internal static class PlanData
{
    /// <summary>Reads the rows of all parts, in the plan's order.</summary>
    /// <param name="parts">At least one.</param>
    /// <returns>At least one sample, or the file and what is wrong with it.</returns>
    internal static Either<FloeError, DataSet> Texts(Arr<DataPart> parts) =>
        from sets in parts.AsEnumerable().Each(part =>
            from again in Steps.Check(!InputFile.ComesOnce(part.Path), () => new FloeError.Unsupported(
                part.Path, "a pipe as data of a plan", "files, which several stages read", "Write the data to a file first."))
            from set in DataFile.Read(part.Path)
            from rows in Rows(part, set)
            select rows)
        select new DataSet(
            string.Join(
                ", ", sets.Select(set => set.Path).Distinct()), toArray(
                    sets.SelectMany(set => set.Samples)), string.Concat(sets.Select(set => set.Sha256)))
        {
            Places = toArray(sets.SelectMany(set => set.Places)),
            Notes = toArray(sets.SelectMany(set => set.Notes).Distinct()),
        };

    /// <summary>Reads and tokenizes. What there is to note was noted by <see cref="Check"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="parts">At least one of its parts.</param>
    /// <param name="model">The model.</param>
    internal static Either<FloeError, Arr<TokenizedSample>> Tokens(RunPlan plan, Arr<DataPart> parts, OpenedModel model) =>
        Tokens(plan, parts, model.Decoder.Config, model.Tokenizer, _ => { });

    /// <summary>
    /// The sample. Errors: a single one where intervals are asked for, since every draw of it is itself and would say that the ranking is
    /// sure; found here, before all layers are adapted for nothing.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The model.</param>
    internal static Either<FloeError, Arr<TokenizedSample>> Sample(RunPlan plan, OpenedModel model) =>
        from samples in Tokens(plan, plan.Sample, model)
        from several in Steps.Check(!plan.Collection.PerSample || samples.Count > 1, () => new FloeError.BadData(
            "collection.per_sample",
            "a sample of at least two, to draw from again and again",
            $"{samples.Count}",
            "Give more samples, or leave collection.per_sample out."))
        select samples;

    /// <summary>Reads and tokenizes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="parts">At least one of its parts.</param>
    /// <param name="config">The model.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="note">Takes what is not read, cut or left out.</param>
    internal static Either<FloeError, Arr<TokenizedSample>> Tokens(
        RunPlan plan, Arr<DataPart> parts, DecoderConfig config, Tokenizer tokenizer, Action<string> note) =>
        from texts in Texts(parts)
        from data in ModelSamples.Of(config, tokenizer, texts, plan.Length, note)
        select data.Samples;

    /// <summary>
    /// Reads all data of a plan against its model's configuration and tokenizer, before any stage: what is wrong with the last file is not
    /// found after the first has been trained on.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="note">Takes what is not read, cut or left out; each once.</param>
    public static Either<FloeError, Unit> Check(RunPlan plan, Action<string> note)
    {
        System.Collections.Generic.HashSet<string> said = new(StringComparer.Ordinal);
        void Once(string line)
        {
            if (said.Add(line))
            {
                note(line);
            }
        }

        return
            from config in Checkpoints.Open(plan.Model).Map(opened =>
            {
                using (opened)
                {
                    return opened.Config;
                }
            })
            from tokenizer in TokenizerFile.Open(plan.Tokenizer.IfNone(plan.Model))
            from read in new[] { plan.Sample, plan.Train, plan.HeldOut, plan.Probe }.Filter(parts => parts.Count > 0)
                .Distinct()
                .Each(parts => Tokens(plan, parts, config, tokenizer.Tokenizer, Once))
            from fits in Fits(plan.Calibration.Tokens, config, "calibration.tokens")
            from blocks in Calibration(plan, tokenizer.Tokenizer)
            select unit;
    }

    /// <summary>Errors: blocks of calibration text that are longer than the model's context.</summary>
    /// <param name="tokens">Tokens of a block.</param>
    /// <param name="config">The model.</param>
    /// <param name="where">The option or key that says how many.</param>
    public static Either<FloeError, Unit> Fits(int tokens, DecoderConfig config, string where) => Steps.Check(
        tokens <= config.MaxPositions, () =>
            new FloeError.Usage(where, $"from 2 to {config.MaxPositions}, the model's context", $"{tokens}", "Ask for shorter blocks."));

    /// <summary>The calibration blocks of the Taylor scores: of the plan's text, else of the sample's texts joined.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <returns>At least one block of exactly the plan's length; at most as many as it asks for.</returns>
    internal static Either<FloeError, IReadOnlyList<ReadOnlyMemory<int>>> Calibration(RunPlan plan, Tokenizer tokenizer) =>
        from ids in plan.Calibration.Text.Match(
            Some: path => CalibrationText.Ids(path, tokenizer),
            None: () => Texts(plan.Sample).Bind(texts => SampleTokenization.All(tokenizer, texts.Samples.ToArray(), int.MaxValue))
                .Map(data => toArray(data.Samples.Bind(s => s.Ids).AsEnumerable())))
        let blocks = SampleTokenization.Blocks(ids, plan.Calibration.Tokens)
        from some in Steps.Check(blocks.Count > 0, () => new FloeError.BadData(
            plan.Calibration.Text.IfNone("sample"), $"at least {plan.Calibration.Tokens} tokens of calibration text", $"{ids.Count}",
                "Give more text, or lower calibration.tokens."))
        select (IReadOnlyList<ReadOnlyMemory<int>>)[
            .. blocks.Take(plan.Calibration.Sequences).Select(b => (ReadOnlyMemory<int>)b.ToArray()).AsEnumerable()];

    private static Either<FloeError, DataSet> Rows(DataPart part, DataSet set)
    {
        int take = part.Take.IfNone(int.MaxValue);
        return set.Samples.Count > part.Skip
            ? set with
            {
                Samples = toArray(set.Samples.AsEnumerable().Skip(part.Skip).Take(take)),
                Places = toArray(set.Places.AsEnumerable().Skip(part.Skip).Take(take)),
            }
            : new FloeError.BadData(
                part.Path, $"more than {part.Skip} samples, as the plan skips that many", $"{set.Samples.Count}",
                    "Lower skip, or give more data.");
    }
}
