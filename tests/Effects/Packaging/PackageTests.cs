using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>The packages: what is in them, and a project and a shell that know nothing of this repository using them.</summary>
public sealed class PackageTests(Packed packed) : IClassFixture<Packed>
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
            <PackageReference Include="PACKAGE" Version="0.1.0" />
          </ItemGroup>
        </Project>
        """;

    [Theory]
    [InlineData("Floe.Domain")]
    [InlineData("Floe.Effects")]
    public void ALibraryComesWithReadmeSymbolsAndDocumentation(string id)
    {
        string[] names = packed.Entries(id, "nupkg");
        Assert.Contains("README.md", names);
        Assert.Contains($"lib/net10.0/{id}.dll", names);
        Assert.Contains($"lib/net10.0/{id}.xml", names);
        Assert.Contains($"lib/net10.0/{id}.pdb", packed.Entries(id, "snupkg"));
    }

    [Fact]
    public void EffectsNeedsNoPackageThatNobodyPublishes()
    {
        string[] names = packed.Entries("Floe.Effects", "nupkg");
        Assert.Contains("lib/net10.0/TorchSharp.dll", names);
        Assert.Contains("lib/net10.0/Parquet.dll", names);
        string needs = packed.Text("Floe.Effects", "Floe.Effects.nuspec");
        Assert.Contains("id=\"Floe.Domain\"", needs, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"TorchSharp\"", needs, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"Parquet\"", needs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Floe.Domain")]
    [InlineData("Floe.Effects")]
    public void AnEmptyProjectRunsTheProgramOfThePackagesReadme(string id)
    {
        using Scratch scratch = new();
        Directory.CreateDirectory(scratch.At("user"));
        File.WriteAllText(scratch.At("user", "user.csproj"), Project
            .Replace("PACKAGES", packed.Folder, StringComparison.Ordinal)
            .Replace("RESTORED", scratch.At("restored"), StringComparison.Ordinal)
            .Replace("PACKAGE", id, StringComparison.Ordinal));
        File.WriteAllText(scratch.At("user", "Program.cs"), Example(id) + "Console.WriteLine(\"chosen: \" + chosen);\n");
        Assert.Contains("chosen: 1", Packed.Dotnet(scratch.At("user"), "run"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheInstalledToolSelectsFromATable()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("nuget.config"), $"<configuration><packageSources><clear /><add key=\"here\" value=\"{packed.Folder}\" /></packageSources></configuration>");
        Packed.Dotnet(scratch.At(), "tool", "install", "floe", "--tool-path", scratch.At("tools"), "--configfile", scratch.At("nuget.config"));
        Either<FloeError, Unit> written =
            from sums in ScoreSums.OfFisher(new ModelShape(2, 2, 2, 4, 8, 4), [9, 1, 5, 4, 3, 2, 8, 2, 1, 1, 6, 1], 1)
            from done in ScoreTables.Write(scratch.At("scores.parquet"), sums, new TableMetadata(sums.Shape))
            select Unit.Default;
        Assert.True(written.IsRight, written.ToString());

        string output = Packed.Run(scratch.At("tools", "floe"), scratch.At(), "select", "scores.parquet", "--n", "1", "--out", "selection", "--json");
        using JsonDocument result = JsonDocument.Parse(output);
        Assert.Equal(2, result.RootElement.GetProperty("layers").GetArrayLength());
        Assert.True(File.Exists(scratch.At("selection", "masks.parquet")));
        Assert.True(File.Exists(scratch.At("selection", "layers.parquet")));
    }

    // The program of the package's own README, so that it stays true.
    private static string Example(string id)
    {
        string readme = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "src", id, "README.md"));
        return readme.Split("```csharp\n")[1].Split("```")[0];
    }
}
