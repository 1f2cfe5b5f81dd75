namespace Floe.Tests.Effects.Files;

/// <summary>A folder of one test, removed afterwards.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch() => Folder = Directory.CreateTempSubdirectory("floe-test-").FullName;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>A path inside.</summary>
    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
