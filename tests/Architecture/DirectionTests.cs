using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>Which way folders and assemblies look: only downward in <see cref="Rooms"/>, so no two need each other.</summary>
public sealed class DirectionTests
{
    public static TheoryData<string> Assemblies => [.. Rooms.Assemblies];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void RoomsLookOnlyDownward(string assembly)
    {
        string[] order = Rooms.Order[assembly];
        string[] wrong =
        [
            .. from file in SourceFile.Of(assembly)
               where file.Room.Length > 0
               from name in file.Names()
               let parts = name.Namespace.Split('.')
               where $"{parts[0]}.{parts[1]}" == assembly && parts.Length > 2 && order.Contains(parts[2])
               where Array.IndexOf(order, parts[2]) > Array.IndexOf(order, file.Room)
               select $"{file.Path}:{name.Line}: {file.Room} uses {parts[2]}, which stands above it",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void AssembliesLookOnlyDownward(string assembly)
    {
        int place = Array.IndexOf(Rooms.Assemblies, assembly);
        string[] wrong =
        [
            .. from file in SourceFile.Of(assembly)
               from name in file.Names()
               where Array.FindIndex(
                   Rooms.Assemblies, a => name.Namespace == a || name.Namespace.StartsWith(a + ".", StringComparison.Ordinal)) > place
               select $"{file.Path}:{name.Line}: {assembly} uses {name.Namespace}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void EveryFolderIsARoomAndANamespace(string assembly)
    {
        SourceFile[] files = SourceFile.Of(assembly);
        Assert.Equal(
            Rooms.Order[assembly]
                .Order(StringComparer.Ordinal), files.Select(f => f.Room)
                .Where(r => r.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal));
        string[] wrong =
        [
            .. from file in files
               let expected = string.Join('.', [assembly, .. file.Folders])
               let found = file.Lines.FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal))
               where found is not null && found != $"namespace {expected};"
               select $"{file.Path}: {found} where {expected} was expected",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void AnUpwardLookIsSeen()
    {
        SourceFile file = new(
            "Floe.Domain", "x.cs", ["Scores"], [
                "using Floe.Domain.Masks.Search;", "// using Floe.Domain.Layers;", "var a = Floe.Domain.Layers.Select.Run();"]);
        Assert.Equal([(1, "Floe.Domain.Masks.Search"), (3, "Floe.Domain.Layers.Select.Run")], file.Names());
    }
}
