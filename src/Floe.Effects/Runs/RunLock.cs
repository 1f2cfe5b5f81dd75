using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Runs;

/// <summary>Keeps two processes from working on one run. The system frees it when the process ends, however it ends.</summary>
public static class RunLock
{
    private const string Name = ".lock";

    /// <summary>Takes the lock, making the run folder when it is missing.</summary>
    /// <param name="folder">The run folder.</param>
    /// <returns>What frees the lock when disposed, or <see cref="FloeError.Io"/> where another process has it.</returns>
    public static Either<FloeError, IDisposable> Take(string folder) => FileErrors.Try(folder, "start the run (is another one using the folder?)", IDisposable () =>
    {
        Directory.CreateDirectory(folder);
        return new FileStream(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    });
}
