using Xunit;

namespace Floe.Tests.Effects.Fixtures;

/// <summary>Where fixtures and assets lie, and which cases a group has. Cases are found, never named.</summary>
public static class FixtureFolders
{
    private static readonly string Repository = FindRepository();

    /// <summary>The whole collection (FLOE_FIXTURES, else ../shared/fixtures), or the subset kept in the repository.</summary>
    public static string Root { get; } = Existing(Environment.GetEnvironmentVariable("FLOE_FIXTURES"))
        ?? Existing(Path.Combine(Repository, "..", "shared", "fixtures"))
        ?? Path.Combine(Repository, "tests", "fixtures");

    /// <summary>Models, data sets and tokenizers (FLOE_ASSETS, else ../shared/assets); the folder may be absent.</summary>
    public static string Assets { get; } = Existing(Environment.GetEnvironmentVariable("FLOE_ASSETS"))
        ?? Existing(Path.Combine(Repository, "..", "shared", "assets"))
        ?? Path.Combine(Repository, "tests", "assets");

    /// <summary>The checkout that the tests were built from.</summary>
    public static string RepositoryRoot => Repository;

    /// <summary>A case that stands for a group that was not found.</summary>
    public const string Absent = "(group not found)";

    /// <summary>The case folders of a group, by name, in ordinal order; one <see cref="Absent"/> case where the group is missing.</summary>
    public static TheoryData<string> Folders(string group) => List(group, Directory.Exists(Path.Combine(Root, group))
        ? Directory.GetDirectories(Path.Combine(Root, group)).Select(d => Path.GetFileName(d)!)
        : []);

    /// <summary>The case folders of a group that hold all of some files: a part of a group whose cases are of several kinds.</summary>
    public static TheoryData<string> FoldersWith(string group, params string[] files) =>
        List(group, Directory.Exists(Path.Combine(Root, group))
        ? Directory.GetDirectories(Path.Combine(Root, group))
            .Where(d => files.All(f => File.Exists(Path.Combine(d, f))))
            .Select(d => Path.GetFileName(d)!)
        : []);

    /// <summary>The files of a group with an ending, without it, in ordinal order.</summary>
    public static TheoryData<string> Files(string group, string ending) => List(group, Directory.Exists(Path.Combine(Root, group))
        ? Directory.GetFiles(Path.Combine(Root, group), "*" + ending).Select(f => Path.GetFileName(f)![..^ending.Length])
        : []);

    /// <summary>A path inside the fixtures.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static TheoryData<string> List(string group, IEnumerable<string> names)
    {
        TheoryData<string> data = [];
        foreach (string name in names.Order(StringComparer.Ordinal).DefaultIfEmpty(Absent))
        {
            data.Add(name);
        }

        return data;
    }

    private static string? Existing(string? path) => path is { Length: > 0 } && Directory.Exists(path) ? Path.GetFullPath(path) : null;

    private static string FindRepository()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Floe.sln")))
            {
                return at;
            }
        }

        throw new InvalidOperationException("Floe.sln was not found above " + AppContext.BaseDirectory);
    }
}
