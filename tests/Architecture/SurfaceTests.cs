using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>What is public is what a user calls: few types, all of them in the lists that the build compares.</summary>
public sealed class SurfaceTests
{
    private const int MostTypes = 180;

    [Fact]
    public void AtMostOneHundredAndEightyTypesArePublic()
    {
        string[] types =
        [
            .. new[] { "Floe.Domain", "Floe.Effects" }
                .SelectMany(assembly => File.ReadAllLines(Repository.At("src", assembly, "PublicAPI.Unshipped.txt"))
                    .Concat(File.ReadAllLines(Repository.At("src", assembly, "PublicAPI.Shipped.txt"))))
                .Where(line => line.StartsWith("Floe.", StringComparison.Ordinal) && line.IndexOfAny([' ', '(']) < 0),
        ];
        Assert.InRange(types.Length, 100, MostTypes);
    }
}
