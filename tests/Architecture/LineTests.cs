using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>No line of code is so long that two do not stand side by side on a screen.</summary>
public sealed class LineTests
{
    private const int MostColumns = 140;

    [Fact]
    public void NoLineIsAboveOneHundredAndFortyColumns()
    {
        string[] wrong =
        [
            .. from folder in new[] { "src", "tests" }
               from file in Directory.EnumerateFiles(Repository.At(folder), "*.cs", SearchOption.AllDirectories)
               let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
               where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
               from line in Code(File.ReadAllLines(file))
               where line.Text.Length > MostColumns
               select $"{path}:{line.At}: {line.Text.Length} columns",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    // A raw text is as long as what it spells.
    private static IEnumerable<(int At, string Text)> Code(string[] lines)
    {
        bool raw = false;
        for (int at = 0; at < lines.Length; at++)
        {
            int marks = lines[at].Split("\"\"\"").Length - 1;
            if (!raw && marks == 0)
            {
                yield return (at + 1, lines[at]);
            }

            raw ^= marks % 2 == 1;
        }
    }
}
