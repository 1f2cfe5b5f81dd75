using System.Text.RegularExpressions;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>What docs/extending.md says: what is added is known to its own file and to one list.</summary>
public sealed partial class AddingTests
{
    // The default; the two that the page draws by a score of their own.
    private static readonly string[] KnownElsewhere = ["Fisher", "Column", "Stratified"];

    [Fact]
    public void APolicyIsKnownToItsFileAndTheListAlone()
    {
        SourceFile[] own = [
            .. TypeNames.All.Under("src/Floe.Domain/Layers").Where(file => PolicyFile().IsMatch(Path.GetFileName(file.Path)))];
        (string Name, SourceFile File)[] policies =
        [
            .. from file in own
               from line in file.Lines
               let found = Nested().Match(line)
               where found.Success && !KnownElsewhere.Contains(found.Groups[1].Value)
               select (found.Groups[1].Value, file),
        ];
        Assert.True(policies.Length > 7, $"{policies.Length} policies");
        Assert.Empty(
            from policy in policies
            from file in Rooms.Assemblies.SelectMany(SourceFile.Of)
            where file.Path != policy.File.Path && Path.GetFileName(file.Path) != "Policy.cs"
            from line in file.Lines
            where SourceFile.WithoutComment(line).Contains($"Policy.{policy.Name}(", StringComparison.Ordinal)
                || SourceFile.WithoutComment(line).Contains($"Policy.{policy.Name} ", StringComparison.Ordinal)
            select $"{file.Path}: {line.Trim()}");
    }

    [Fact]
    public void AStageIsKnownToTheRunToItsCommandAndToTheStageThatGoesOnFromIt()
    {
        SourceFile[] stages = [
            .. TypeNames.All.Under("src/Floe.Effects/Stages")
                .Where(file => file.Path.EndsWith("Stage.cs", StringComparison.Ordinal) && Path.GetFileName(file.Path) != "Stage.cs")];
        Assert.True(stages.Length > 7, $"{stages.Length} stages");
        string[] wrong =
        [
            .. from file in Rooms.Assemblies.SelectMany(SourceFile.Of)
               where file.Room is not ("Stages" or "Commands" or "Experiments")
                   && file.Path.Replace('\\', '/') != "src/Floe.Effects/Runs/RunStages.cs"
               from named in TypeNames.All.NamedBy(file)
               where stages.Any(stage => stage.Path == named.Path)
               select $"{file.Path} names {named.Path}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        string[] unused = [.. stages.Where(stage => !Rooms.Assemblies.SelectMany(SourceFile.Of)
            .Where(file => file.Room == "Commands" || file.Path.EndsWith("RunStages.cs", StringComparison.Ordinal))
            .SelectMany(TypeNames.All.NamedBy).Any(named => named.Path == stage.Path)).Select(stage => stage.Path)];
        Assert.True(unused.Length == 0, string.Join('\n', unused));
    }

    // LoRA is what other programs' files hold, HydraLoRA the method's own.
    [Fact]
    public void AnAdapterKindIsKnownToItsTwoFilesAlone()
    {
        string[] kinds =
        [
            .. TypeNames.All.Under("src/Floe.Domain/Adapters").Select(file => KindFile().Match(Path.GetFileName(file.Path)))
                .Where(found => found.Success).Select(found => found.Groups[1].Value).Except(["Lora", "Hydra"]),
        ];
        Assert.True(kinds.Length > 2, $"{kinds.Length} kinds");
        string[] wrong =
        [
            .. from file in Rooms.Assemblies.SelectMany(SourceFile.Of)
               let path = file.Path.Replace('\\', '/')
               from kind in kinds
               where path != $"src/Floe.Domain/Adapters/AdapterKind.{kind}.cs" && path != $"src/Floe.Effects/Adapters/{kind}.cs"
               from line in file.Lines
               where SourceFile.WithoutComment(line) is var code && (Regex.IsMatch(code, $@"\bAdapterKind\.{kind}\b")
                   || (file.Room is not ("Layers" or "Text") // A policy and a template's method are words of their own.
                       && code.Contains($"\"{kind.ToLowerInvariant()}\"", StringComparison.Ordinal)))
               select $"{path}: {line.Trim()}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [GeneratedRegex(@"^Policy\.\w+\.cs$")]
    private static partial Regex PolicyFile();

    [GeneratedRegex(@"^AdapterKind\.(\w+)\.cs$")]
    private static partial Regex KindFile();

    [GeneratedRegex(@"^    public sealed record (\w+)")]
    private static partial Regex Nested();
}
