using System.Text.RegularExpressions;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>
/// What is said in six lines is said once. Of two runs of equal lines one is made, or this names them with the reason why they are two.
/// Comments, usings, attributes of a test, and lines that are braces and the like do not count.
/// </summary>
public sealed partial class RepetitionTests
{
    private const int Run = 6;

    // Two files in ordinal order and why their equal lines cannot be one.
    private static readonly (string One, string Other, string Why)[] Allowed = [];

    [Fact]
    public void NoSixLinesStandTwice()
    {
        (string Path, (int At, string Text)[] Lines)[] files =
        [
            .. from folder in new[] { "src", "tests", "bench" }
               from file in Directory.EnumerateFiles(Repository.At(folder), "*.cs", SearchOption.AllDirectories)
               let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
               where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
               select (path, Counted(File.ReadAllLines(file))),
        ];
        Assert.True(files.Length > 700, $"{files.Length} files");
        string[] wrong =
        [
            .. from file in files
               from first in Enumerable.Range(0, Math.Max(0, file.Lines.Length - Run + 1))
               let text = string.Join('\n', file.Lines[first..(first + Run)].Select(line => line.Text))
               group (file.Path, file.Lines[first].At) by text into same
               let places = same.OrderBy(place => place.Path, StringComparer.Ordinal).ThenBy(place => place.At).ToArray()
               where places.Length > 1
                   && !Allowed.Any(pair => places.All(place => place.Path == pair.One || place.Path == pair.Other))
               select string.Join(" = ", places.Select(place => $"{place.Path}:{place.At}")),
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    private static (int At, string Text)[] Counted(string[] lines) =>
    [
        .. lines.Select((line, at) => (At: at + 1, Text: line.Trim()))
            .Where(line => Words().Count(line.Text) > 1 && !Passed().IsMatch(line.Text)),
    ];

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^(//|namespace |(global )?using [\w. =]+;|\[(Fact|Theory|InlineData|MemberData|Trait|Collection|BrowserTheory)\b)")]
    private static partial Regex Passed();
}
