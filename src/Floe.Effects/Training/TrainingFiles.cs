using System.Globalization;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Training;

/// <summary>Where a training run keeps what it has done. A folder may hold checkpoints of several stopped runs; each run knows its own by
/// its name.</summary>
/// <param name="Journal"><c>run.jsonl</c>, one object a step; checkpoints lie beside it.</param>
/// <param name="Run">Everything that decides the run.</param>
/// <param name="Warn">Takes one line for each checkpoint that lies there and is not used.</param>
/// <param name="Every">Steps between checkpoints, at least 1.</param>
internal sealed record TrainingFiles(string Journal, Fingerprint Run, Action<string> Warn, int Every = 25)
{
    private const string Prefix = ".checkpoint";
    private const int Digits = 16;

    /// <summary>The file that a stopped run goes on from: hidden, with the start of the run's hash in its name.</summary>
    public string Checkpoint => Path.Combine(Folder, $"{Prefix}-{Run.Sha256[..Digits]}");

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(Journal))!;

    /// <summary>The run's own checkpoint. Those of other runs are kept, and told with what differs.</summary>
    /// <returns>None where there is none; <see cref="FloeError.BadData"/> where it is damaged.</returns>
    internal Either<FloeError, Option<TrainingCheckpoint>> Stored() =>
        from others in FileErrors.Try(Folder, "list the folder", () => Directory.Exists(Folder)
            ? Directory.GetFiles(Folder, Prefix + "*").Where(path => path != Checkpoint).Order(StringComparer.Ordinal).ToArray()
            : [])
        let told = others.Select(Told).ToArray()
        from own in TrainingCheckpoint.Read(Checkpoint)
        from same in Steps.Check(own.ForAll(stored => stored.Run.Sha256 == Run.Sha256), () => new FloeError.BadData(
            Checkpoint, "the checkpoint of the run that it is named after", "that of another one",
                "Remove it to start the training again."))
        select own;

    /// <summary>Removes the run's own checkpoint: its result is saved.</summary>
    internal Either<FloeError, Unit> Done() => FileErrors.Try(Checkpoint, "remove the checkpoint", () =>
    {
        File.Delete(Checkpoint);
        return unit;
    });

    private Unit Told(string path)
    {
        string found = TrainingCheckpoint.Read(path).Match(
            Right: stored => stored.Match(
                Some: other =>
                    string.Create(CultureInfo.InvariantCulture, $"a run stopped after step {other.Step}: {Run.Differences(other.Run)}"),
                None: () => "a run that has ended"),
            Left: _ => "a file that this version cannot read, or a damaged one");
        Warn($"{path}: not the checkpoint of this run but of {found}. It is not used and stays; "
            + "the command that it is of goes on from it. Remove it when it is not needed.");
        return unit;
    }
}
