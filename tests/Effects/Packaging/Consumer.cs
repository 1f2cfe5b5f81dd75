using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;

namespace Floe.Tests.Effects.Packaging;

/// <summary>
/// A console project that knows nothing of this repository: it adds the packages, and LibTorch of one platform, and its code is the C# of
/// the READMEs, block by block as it stands there. Built once.
/// </summary>
public sealed class Consumer : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestoreSources>PACKAGES</RestoreSources>
            <RestorePackagesPath>RESTORED</RestorePackagesPath>
            <RestoreFallbackFolders>CACHE</RestoreFallbackFolders>
            <NuGetAudit>false</NuGetAudit>
            <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Floe.Domain" Version="0.1.0" />
            <PackageReference Include="Floe.Effects" Version="0.1.0" />
            <PackageReference Include="libtorch-cpu-linux-x64" Version="LIBTORCH" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>Where C# is shown to a user.</summary>
    public static readonly string[] Readmes = ["README.md", "src/Floe.Domain/README.md", "src/Floe.Effects/README.md"];

    private readonly Packed packed = new();
    private readonly Scratch scratch = new();

    public Consumer()
    {
        Directory.CreateDirectory(scratch.At("user"));
        Write("user.csproj", Project
            .Replace("PACKAGES", packed.Folder, StringComparison.Ordinal)
            .Replace("RESTORED", scratch.At("restored"), StringComparison.Ordinal)
            .Replace("CACHE", PackageCache.Root, StringComparison.Ordinal)
            .Replace("LIBTORCH", PackageCache.LibTorchVersion, StringComparison.Ordinal));
        StringBuilder main = new();
        foreach ((string name, string code) in Readmes.SelectMany(Blocks))
        {
            Write($"{name}.cs", code);
            main.Append(CultureInfo.InvariantCulture, $"if (args[0] == \"{name}\") {{ {name}.Run(); }}\n");
        }

        Write("Program.cs", main.ToString());
        Build = Packed.Dotnet(scratch.At("user"), "build", "-c", "Release", "--nologo", "-o", Output);
        Directory.CreateSymbolicLink(scratch.At("user", "data"), Path.Combine(FixtureFolders.RepositoryRoot, "data"));
    }

    /// <summary>The packages that it was built from.</summary>
    public Packed Packages => packed;

    /// <summary>What its build printed.</summary>
    public string Build { get; }

    /// <summary>Its output folder.</summary>
    public string Output => scratch.At("user", "out");

    /// <summary>The folder with LibTorch in it.</summary>
    public string Native => Path.Combine(Output, "runtimes", "linux-x64", "native");

    public void Dispose()
    {
        packed.Dispose();
        scratch.Dispose();
    }

    /// <summary>Runs one block in a folder where <c>data</c> lies.</summary>
    public (int Code, string Output, string Errors) Run(string block) =>
        Packed.Try("dotnet", scratch.At("user"), Path.Combine(Output, "user.dll"), block);

    // The blocks of a README, each as a class: its usings on top, its statements in a method, five steps for as many as it says.
    private static IEnumerable<(string Name, string Code)> Blocks(string readme)
    {
        string text = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, readme));
        string start = Regex.Replace(readme, "[^A-Za-z]", "_");
        return Regex.Matches(text, "^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select((block, i) =>
        {
            string[] lines = block.Groups[1].Value.Split('\n');
            string usings = string.Join('\n', lines.Where(IsUsing)), body = string.Join('\n', lines.Where(line => !IsUsing(line)));
            string name = string.Create(CultureInfo.InvariantCulture, $"{start}{i}");
            return (name, $"{usings}\ninternal static class {name}\n{{\npublic static void Run()\n{{\n{Steps(body)}\n}}\n}}\n");
        });
    }

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';');

    private static string Steps(string body) => Regex.Replace(body, @"Steps = \d+", "Steps = 5");

    private void Write(string file, string contents) => File.WriteAllText(scratch.At("user", file), contents);
}
