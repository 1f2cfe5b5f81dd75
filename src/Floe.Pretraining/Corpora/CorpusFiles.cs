using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Pretraining.Corpora;

/// <summary>Writes the generated corpus and the target tasks as JSON lines that every command reads as data.</summary>
internal static class CorpusFiles
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>pretrain.jsonl</c> and <c>pretrain-heldout.jsonl</c>: <c>{"text": …}</c> a line.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="seed">The corpus.</param>
    /// <param name="count">Documents to learn from.</param>
    /// <param name="heldOut">Documents to be judged by.</param>
    public static Either<FloeError, Unit> Write(string folder, long seed, int count, int heldOut)
    {
        (Arr<string> train, Arr<string> held) = Corpus.Split(seed, count, heldOut);
        return Unfinished.Writing(folder, "floe corpus", ["pretrain.jsonl", "pretrain-heldout.jsonl"], () =>
            from first in WriteLines(Path.Combine(folder, "pretrain.jsonl"), train.Select(text => new TextSample("", text)))
            from second in WriteLines(Path.Combine(folder, "pretrain-heldout.jsonl"), held.Select(text => new TextSample("", text)))
            select second);
    }

    /// <summary>Writes each target task as <c>NAME.jsonl</c> and <c>NAME-heldout.jsonl</c>: <c>{"prompt": …, "completion": …}</c> a
    /// line.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="seed">The drawing of the samples.</param>
    /// <param name="count">Samples to learn from, a task.</param>
    /// <param name="heldOut">Samples to be judged by, a task.</param>
    public static Either<FloeError, Unit> WriteTasks(string folder, long seed, int count, int heldOut) =>
        Unfinished.Writing(
            folder, "floe corpus --tasks", [
                .. TargetTask.All.SelectMany(task => new[] { task.Name + ".jsonl", task.Name + "-heldout.jsonl" })], () =>
                TargetTask.All.Each(task =>
        {
            (Arr<TextSample> train, Arr<TextSample> held) = task.Split(seed, count, heldOut);
            return from first in WriteLines(Path.Combine(folder, task.Name + ".jsonl"), train)
                   from second in WriteLines(Path.Combine(folder, task.Name + "-heldout.jsonl"), held)
                   select second;
        })).Map(_ => Prelude.unit);

    /// <summary>Writes samples as JSON lines: <c>{"text": …}</c> where there is no prompt.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">The samples.</param>
    public static Either<FloeError, Unit> WriteLines(string path, IEnumerable<TextSample> samples) => AtomicFile.Write(path, stream =>
    {
        foreach (TextSample sample in samples)
        {
            using (Utf8JsonWriter writer = new(stream, OneLine))
            {
                writer.WriteStartObject();
                if (sample.Prompt.Length > 0)
                {
                    writer.WriteString("prompt", sample.Prompt);
                }

                writer.WriteString(sample.Prompt.Length > 0 ? "completion" : "text", sample.Completion);
                writer.WriteEndObject();
            }

            stream.WriteByte((byte)'\n');
        }
    });
}
