namespace Floe.Tests.Architecture;

/// <summary>Where the sources lie.</summary>
internal static class Repository
{
    /// <summary>The folder of Floe.sln.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>A path in it.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "Floe.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder)!);
}
