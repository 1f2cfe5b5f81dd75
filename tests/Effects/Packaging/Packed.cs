using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
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
            // Packing LibTorch with the tool takes a minute and tells nothing about Floe.
            string[] pack = [
                "pack", $"src/{project}", "-c", "Release", "-o", Folder, "--nologo", "-v", "quiet", "-p:FloeCarryLibTorch=false"];
            Dotnet(FixtureFolders.RepositoryRoot, pack);
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

    /// <summary>The packages that a package asks for, in alphabetical order.</summary>
    public string[] Needs(string id)
    {
        using ZipArchive package = Open(id, "nupkg");
        using Stream text = package.GetEntry($"{id}.nuspec")!.Open();
        IEnumerable<XElement> needs = XDocument.Load(text).Descendants().Where(e => e.Name.LocalName == "dependency");
        return [.. needs.Select(e => e.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
    }

    public static string Dotnet(string folder, params string[] args) => Run("dotnet", folder, args);

    /// <summary>Standard output of a program that must succeed.</summary>
    public static string Run(string program, string folder, params string[] args)
    {
        (int code, string output, string errors) = Try(program, folder, args);
        Assert.True(code == 0, output + errors);
        return output;
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output, string Errors) Try(string program, string folder, params string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = folder };

        // A build node that outlives the command would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(Folder, $"{id}.0.1.0.{extension}"));
}
