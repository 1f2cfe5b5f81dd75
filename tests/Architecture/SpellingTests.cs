using System.Text.RegularExpressions;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>Names that other files must not spell again.</summary>
public sealed partial class SpellingTests
{
    [Fact]
    public void LinearLayersAreSpeltInOneFile()
    {
        string[] spelling =
        [
            .. from assembly in Rooms.Assemblies
               from file in SourceFile.Of(assembly)
               from line in file.Lines.Select((text, at) => (Text: text, At: at + 1))
               where ProjectionName().IsMatch(SourceFile.WithoutComment(line.Text))
               where file.Path.Replace('\\', '/') != "src/Floe.Domain/Adapters/Projection.cs"
               select $"{file.Path}:{line.At}: {line.Text.Trim()}",
        ];
        Assert.True(spelling.Length == 0, "Take the name from Projection:\n" + string.Join('\n', spelling));
        Assert.Matches(ProjectionName(), """["gate_proj"]""");
    }

    [GeneratedRegex("(?<![a-z_])(q|k|v|o|gate|up|down)_proj(?![a-z_])")]
    private static partial Regex ProjectionName();
}
