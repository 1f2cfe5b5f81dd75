using System.Reflection;
using System.Text.RegularExpressions;

namespace Floe.Tests.Effects.Packaging;

/// <summary>NuGet's package cache that the tests were built from.</summary>
public static class PackageCache
{
    private static Assembly Tests { get; } = typeof(PackageCache).Assembly;

    /// <summary>Its folder.</summary>
    public static string Root { get; } = Written("NuGetPackageRoot");

    /// <summary>The version of LibTorch that the programs of this repository take.</summary>
    public static string LibTorchVersion { get; } = Written("LibTorchVersion");

    /// <summary>The folder of a package there.</summary>
    public static string Of(string id) => Path.Combine(Root, id, VersionOf(id));

    // The version that the tests were built with, from their own list of dependencies.
    private static string VersionOf(string id)
    {
        string list = File.ReadAllText(Path.ChangeExtension(Tests.Location, ".deps.json"));
        return Regex.Match(list, $"\"{Regex.Escape(id)}/([^/\"]+)\"", RegexOptions.IgnoreCase).Groups[1].Value;
    }

    // What the project file writes into the assembly.
    private static string Written(string key) =>
        Tests.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == key).Value!;
}
