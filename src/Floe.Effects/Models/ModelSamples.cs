using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Models;

/// <summary>
/// Samples as the ids that a model reads. Every one of them is held against the model's context and vocabulary here, before any step, so
/// that what is too long or of another tokenizer is found at once, with its file and line.
/// </summary>
internal static class ModelSamples
{
    /// <summary>Most tokens of a sample where no length is given: that of the paper, or the model's context where that is less.</summary>
    /// <param name="config">The model.</param>
    public static int DefaultLength(DecoderConfig config) => Math.Min(Presets.Floe.Training.MaxLength, config.MaxPositions);

    /// <summary>Tokenizes a data set.</summary>
    /// <param name="config">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="data">The samples.</param>
    /// <param name="length">Most tokens of a sample; <see cref="DefaultLength"/> where there is none.</param>
    /// <param name="note">Takes a sentence for each thing of the data that is not read, cut or left out.</param>
    /// <returns>The ids, or the first sample that the model cannot read.</returns>
    public static Either<FloeError, TokenizedData> Of(
        DecoderConfig config, Tokenizer tokenizer, DataSet data, Option<int> length, Action<string> note) =>
        from most in Length(config, length)
        from placed in Steps.Check(data.Places.Count == data.Samples.Count, () => new FloeError.BadData(
            data.Path, $"a place for each of {data.Samples.Count} samples", $"{data.Places.Count}",
                "Give the places of all samples, or none."))
        from ids in SampleTokenization.All(tokenizer, data.Samples.ToArray(), most, row => data.Places[row])
            .MapLeft(error => error is FloeError.BadData { Where: "data" } none ? none with { Where = data.Path } : error)
        from readable in Steps.AllOf(
            [.. Enumerable.Range(0, ids.Samples.Count).SelectMany(i => Fault(config, data.Places[ids.Rows[i]], ids.Samples[i])).Take(1)])
        select Noted(data, ids, most, note);

    /// <summary>Most tokens of a sample: what was given, else <see cref="DefaultLength"/>.</summary>
    /// <param name="config">The model.</param>
    /// <param name="length">What was given.</param>
    internal static Either<FloeError, int> Length(DecoderConfig config, Option<int> length) =>
        from most in Right<FloeError, int>(length.IfNone(DefaultLength(config)))
        from some in Steps.Check(
            most > 0, () => new FloeError.Usage("--length", "at least 1 token", $"{most}", "Give a greater length, or none."))
        select most;

    private static IEnumerable<FloeError> Fault(DecoderConfig config, string place, TokenizedSample sample)
    {
        if (sample.Ids.Count > config.MaxPositions)
        {
            yield return new FloeError.BadData(
                place,
                $"at most {config.MaxPositions} tokens, the model's context",
                $"{sample.Ids.Count}",
                $"Leave the length out, or give one of at most {config.MaxPositions}: longer samples are then cut.");
        }
        else if (sample.Ids.Find(id => id < 0 || id >= config.Vocabulary).Case is int id)
        {
            yield return new FloeError.BadData(
                place, $"token ids from 0 to {config.Vocabulary - 1}, the rows of the model's embedding", $"{id}",
                    "Use the tokenizer that belongs to the model.");
        }
    }

    private static TokenizedData Noted(DataSet data, TokenizedData ids, int most, Action<string> note)
    {
        data.Notes.Iter(note);
        ids.Notes.Iter(text => note($"{data.Path}: {text}"));
        if (ids.Cut > 0)
        {
            note($"{data.Path}: {ids.Cut} of {data.Samples.Count} samples are cut to {most} tokens");
        }

        if (ids.LeftOut > 0)
        {
            int first = Enumerable.Range(0, data.Samples.Count).First(row => row >= ids.Rows.Count || ids.Rows[row] != row);
            note($"{data.Path}: {ids.LeftOut} of {data.Samples.Count} samples are left out, since nothing that is learnt of them is within "
                + $"{most} tokens; the first is {data.Places[first]}");
        }

        return ids;
    }
}
