using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>The packages: what is in them, and a project and a shell that know nothing of this repository using them.</summary>
public sealed class PackageTests(Consumer consumer) : IClassFixture<Consumer>
{
    private readonly Packed packed = consumer.Packages;

    [Theory]
    [InlineData("Floe.Domain")]
    [InlineData("Floe.Effects")]
    public void ALibraryComesWithReadmeSymbolsAndDocumentation(string id)
    {
        string[] names = packed.Entries(id, "nupkg");
        Assert.Contains("README.md", names);
        Assert.Equal([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], Under("lib", id));
        Assert.Contains($"lib/net10.0/{id}.pdb", packed.Entries(id, "snupkg"));
    }

    [Fact]
    public void TheDomainNeedsLanguageExtAlone() => Assert.Equal(["LanguageExt.Core"], packed.Needs("Floe.Domain"));

    [Fact]
    public void EffectsNeedsThePackagesThatUsersKnowAndLeavesLibTorchToTheApplication()
    {
        Assert.Equal(
            ["Floe.Domain", "LanguageExt.Core", "Npgsql", "Parquet.Net", "TorchSharp", "YamlDotNet"], packed.Needs("Floe.Effects"));
        Assert.Equal(["buildTransitive/Floe.Effects.targets", "buildTransitive/RuntimeMend.cs"], Under("build", "Floe.Effects"));
    }

    [Fact]
    public void TheToolPackedWithoutLibTorchHasNoneEvenWhereItWasPublishedWithIt() =>
        Assert.DoesNotContain(packed.Entries("floe", "nupkg"), name => name.Contains("torch_cpu", StringComparison.Ordinal));

    [Fact]
    public void AnEmptyProjectBuildsWithoutAWarning() => Assert.Contains("0 Warning(s)", consumer.Build, StringComparison.Ordinal);

    [Theory]
    [InlineData("src_Floe_Domain_README_md0", "chosen: 1")]
    [InlineData("src_Floe_Effects_README_md0", "chosen: 1")]
    [InlineData("README_md0", "adapted layers ")]
    public void ItRunsTheProgramsOfTheReadmes(string block, string said)
    {
        (int code, string output, string errors) = consumer.Run(block);
        Assert.True(code == 0, errors);
        Assert.StartsWith(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public void ItsCopyOfTorchSharpIsMendedByThePackageWhereTheSystemNeedsIt() => Assert.Equal(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so")),
        File.ReadAllBytes(Path.Combine(consumer.Native, "libLibTorchSharp.so")));

    [Fact]
    public void WithoutABackendItGetsTheErrorThatNamesThePackages()
    {
        string native = Path.Combine(consumer.Native, "libtorch_cpu.so");
        File.Move(native, native + ".away");
        try
        {
            (int code, string output, string errors) = consumer.Run("README_md0");
            Assert.True(code == 0, errors);
            Assert.Contains("libtorch-cpu-linux-x64", output, StringComparison.Ordinal);
            Assert.Contains("TorchSharp-cpu", output, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', output.TrimEnd());
        }
        finally
        {
            File.Move(native + ".away", native);
        }
    }

    [Fact]
    public void TheInstalledToolSelectsFromATable()
    {
        using Scratch scratch = new();
        string config = $"<configuration><packageSources><clear /><add key=\"here\" value=\"{packed.Folder}\" "
            + $"/></packageSources></configuration>";
        File.WriteAllText(scratch.At("nuget.config"), config);
        Packed.Dotnet(
            scratch.At(), "tool", "install", "floe", "--tool-path", scratch.At("tools"), "--configfile", scratch.At("nuget.config"));
        Either<FloeError, Unit> written =
            from sums in ScoreSums.OfFisher(new ModelShape(2, 2, 2, 4, 8, 4), [9, 1, 5, 4, 3, 2, 8, 2, 1, 1, 6, 1], 1)
            from done in ScoreTables.Write(scratch.At("scores.parquet"), sums, new TableMetadata(sums.Shape))
            select Unit.Default;
        Assert.True(written.IsRight, written.ToString());

        string output = Packed.Run(
            scratch.At("tools", "floe"), scratch.At(), "select", "scores.parquet", "--n", "1", "--out", "selection", "--json");
        using JsonDocument result = JsonDocument.Parse(output);
        Assert.Equal(2, result.RootElement.GetProperty("layers").GetArrayLength());
        Assert.True(File.Exists(scratch.At("selection", "masks.parquet")));
        Assert.True(File.Exists(scratch.At("selection", "layers.parquet")));
    }

    private string[] Under(string folder, string id) =>
        [.. packed.Entries(id, "nupkg").Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
