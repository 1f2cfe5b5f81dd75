using System.Diagnostics;
using System.IO.Compression;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>What `dotnet pack` makes of src/, in a folder of its own, for the tests of one class.</summary>
public sealed class Packed : IDisposable
{
    private readonly Scratch scratch = new();

    public Packed()
    {
        foreach (string project in new[] { "Floe.Domain", "Floe.Effects", "Floe.Cli" })
        {
            Dotnet(FixtureFolders.RepositoryRoot, "pack", $"src/{project}", "-c", "Release", "-o", Folder, "--nologo", "-v", "quiet");
        }
    }

    public string Folder => scratch.At("packages");

    public void Dispose() => scratch.Dispose();

    /// <summary>Names of the files in a package; the extension tells the package from its symbols.</summary>
    public string[] Entries(string id, string extension)
    {
        using ZipArchive package = Open(id, extension);
        return [.. package.Entries.Select(e => e.FullName)];
    }

    /// <summary>The text of one file of a package.</summary>
    public string Text(string id, string file)
    {
        using ZipArchive package = Open(id, "nupkg");
        using StreamReader reader = new(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    public static string Dotnet(string folder, params string[] args) => Run("dotnet", folder, args);

    /// <summary>Standard output of a program that must succeed, in an environment that names no native part.</summary>
    public static string Run(string program, string folder, params string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };

        // A build node that outlives the command would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        start.Environment.Remove("FLOE_NATIVE");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
        return output;
    }

    private ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(Folder, $"{id}.0.1.0.{extension}"));
}
