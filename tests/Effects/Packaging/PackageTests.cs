using System.Diagnostics;
using System.IO.Compression;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>Floe.Domain as a package: what is in it, and a project that knows nothing of this repository using it.</summary>
public class PackageTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestoreAdditionalProjectSources>PACKAGES</RestoreAdditionalProjectSources>
            <RestorePackagesPath>RESTORED</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Floe.Domain" Version="*" />
          </ItemGroup>
        </Project>
        """;

    [Fact]
    public void AnEmptyProjectUsesThePackedDomain()
    {
        using Scratch scratch = new();
        Dotnet(FixtureFolders.RepositoryRoot, "pack", "src/Floe.Domain", "-c", "Release", "-o", scratch.At("packages"), "--nologo", "-v", "quiet");
        using (ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(scratch.At("packages"), "Floe.Domain.*.nupkg").Single()))
        {
            string[] names = [.. package.Entries.Select(e => e.FullName)];
            Assert.Contains("README.md", names);
            Assert.Contains("lib/net10.0/Floe.Domain.dll", names);
            Assert.Contains("lib/net10.0/Floe.Domain.xml", names);
        }

        using (ZipArchive symbols = ZipFile.OpenRead(Directory.GetFiles(scratch.At("packages"), "Floe.Domain.*.snupkg").Single()))
        {
            Assert.Contains("lib/net10.0/Floe.Domain.pdb", symbols.Entries.Select(e => e.FullName));
        }

        Directory.CreateDirectory(scratch.At("user"));
        File.WriteAllText(
            scratch.At("user", "user.csproj"),
            Project.Replace("PACKAGES", scratch.At("packages"), StringComparison.Ordinal).Replace("RESTORED", scratch.At("restored"), StringComparison.Ordinal));
        File.WriteAllText(scratch.At("user", "Program.cs"), Example() + "Console.WriteLine(\"chosen: \" + chosen);\n");
        Assert.Contains("chosen: 1", Dotnet(scratch.At("user"), "run"), StringComparison.Ordinal);
    }

    // The program of the package's own README, so that it stays true.
    private static string Example()
    {
        string readme = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "src", "Floe.Domain", "README.md"));
        return readme.Split("```csharp\n")[1].Split("```")[0];
    }

    private static string Dotnet(string folder, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };

        // A build node that outlives the command would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
        return output;
    }
}
