using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary><c>samples.jsonl</c>: one object a prompt, with the texts before and after adaptation.</summary>
internal static class SampleFile
{
    /// <summary>Adds a sample.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="sample">What to add.</param>
    public static Either<FloeError, Unit> Append(string path, SampleText sample) => Journal.Append(path, JsonSerializer.Serialize(
        new { policy = sample.Policy, prompt = sample.Prompt, reference = sample.Reference, before = sample.Before,
            after = sample.After }));

    /// <summary>Reads all samples. Errors: a line without one of the five texts.</summary>
    /// <param name="path">The journal.</param>
    public static Either<FloeError, Arr<SampleText>> Read(string path) =>
        from journal in Journal.Read(path)
        from samples in journal.Lines.Select((line, i) => (line, i)).Each(p => Sample($"{path}, line {p.i + 1}", p.line))
        select toArray(samples);

    private static Either<FloeError, SampleText> Sample(string at, string line) =>
        from root in JsonText.Parse(at, System.Text.Encoding.UTF8.GetBytes(line))
        from policy in ResultJson.Text(at, root, "policy")
        from prompt in ResultJson.Text(at, root, "prompt")
        from reference in ResultJson.Text(at, root, "reference")
        from before in ResultJson.Text(at, root, "before")
        from after in ResultJson.Text(at, root, "after")
        select new SampleText(policy, prompt, reference, before, after);
}
