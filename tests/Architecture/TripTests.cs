using System.Text.RegularExpressions;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>The trips that docs/method.md describes: who reads along meets few rooms, and none twice.</summary>
public sealed partial class TripTests
{
    private const int MostRooms = 12;

    public static TheoryData<string> Stages => [.. TypeNames.All.Under("src/Floe.Effects/Stages").Select(file => file.Path)];

    [Fact]
    public void ARunReachesItsAdapterThroughAtMostTwelveRooms()
    {
        SourceFile[] trip = Trip("From `floe run` to a saved adapter");
        Assert.True(trip.Length > 5, $"{trip.Length} steps");
        string[] alone =
        [
            .. from place in Enumerable.Range(1, trip.Length - 1)
               where !trip[..place].Any(before => TypeNames.All.NamedBy(before).Contains(trip[place]))
               select trip[place].Path,
        ];
        Assert.True(alone.Length == 0, "no step before them names: " + string.Join(", ", alone));
        Assert.InRange(trip.Select(Room).Distinct().Count(), 1, MostRooms);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void AStageLooksIntoAtMostTwelveRooms(string path)
    {
        string[] rooms = [
            .. TypeNames.All.NamedBy(TypeNames.All.File(path)).Where(file => file.Folders.Length > 0).Select(Room).Distinct().Order()];
        Assert.True(rooms.Length <= MostRooms, $"{rooms.Length}: {string.Join(", ", rooms)}");
    }

    [Fact]
    public void ASelectionGoesFromScoresToMasksToLayersAndNeverTurnsBack()
    {
        SourceFile[] trip = Trip("From a score table to layers");
        Assert.Equal(["Floe.Domain/Scores", "Floe.Domain/Masks", "Floe.Domain/Layers"], trip.Select(Room).Distinct());
        Assert.Equal(3, trip.Zip(trip.Skip(1)).Count(pair => Room(pair.Item1) != Room(pair.Item2)) + 1);
        string[] back =
        [
            .. from place in Enumerable.Range(0, trip.Length)
               from later in trip[(place + 1)..]
               where TypeNames.All.NamedBy(trip[place]).Contains(later) && Room(later) != Room(trip[place])
               select $"{trip[place].Path} names {later.Path}",
        ];
        Assert.True(back.Length == 0, string.Join(", ", back));
    }

    [Fact]
    public void ASelectionEntersNoOtherRoom() => Assert.Equal(
        ["Floe.Domain/Layers", "Floe.Domain/Masks", "Floe.Domain/Scores"],
        TypeNames.All.ReachedFrom(TypeNames.All.File("src/Floe.Domain/Layers/Select.cs"))
            .Where(file => file.Folders.Length > 0)
            .Select(Room)
            .Distinct()
            .Order());

    private static string Room(SourceFile file) => $"{file.Assembly}/{file.Room}";

    // The numbered steps under a heading; each names its file.
    private static SourceFile[] Trip(string heading) =>
    [
        .. File.ReadAllLines(Repository.At("docs", "method.md"))
            .SkipWhile(line => !line.StartsWith("### " + heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Select(line => Step().Match(line)).Where(step => step.Success)
            .Select(step => TypeNames.All.File("src/" + step.Groups[1].Value)),
    ];

    [GeneratedRegex(@"^\d+\. `([\w./]+\.cs)`")]
    private static partial Regex Step();
}
