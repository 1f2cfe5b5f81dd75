using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>tests/mutation/faults.txt follows the Domain: every file and folder that it names is there, and every text that it replaces
/// stands once in its file.</summary>
public class FaultListTests
{
    [Fact]
    public void EveryFaultCanBePlanted()
    {
        string tests = Path.Combine(Repository.Root, "tests");
        (string File, string Folder, string Find)[] faults = [.. Faults(File.ReadAllLines(Path.Combine(tests, "mutation", "faults.txt")))];
        Assert.True(faults.Length > 50);
        Assert.Empty(
            faults.Select(
                fault =>
                    Fault(Path.Combine(
                        Repository.Root, "src", "Floe.Domain", fault.File), Path.Combine(tests, "Properties", fault.Folder), fault.Find))
                .OfType<string>());
    }

    private static string? Fault(string file, string folder, string find)
    {
        if (!File.Exists(file) || !Directory.Exists(folder))
        {
            return $"{file} or {folder} is not there";
        }

        int times = File.ReadAllText(file).Split(find).Length - 1;
        return times == 1 ? null : $"{file}: {times} times: {find}";
    }

    // The text to be found goes on over the lines that follow, up to the one that replaces it.
    private static IEnumerable<(string File, string Folder, string Find)> Faults(string[] lines)
    {
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].StartsWith("@ ", StringComparison.Ordinal))
            {
                string[] place = lines[at].Split(' ');
                string[] find = [.. lines.Skip(at + 2).TakeWhile(line => !line.StartsWith("+ ", StringComparison.Ordinal))];
                yield return (place[1], place[2], string.Join('\n', find)[2..]);
            }
        }
    }
}
