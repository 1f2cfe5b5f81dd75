using System.Text.RegularExpressions;

namespace Floe.Tests.Architecture;

/// <summary>A source file of one assembly, as text.</summary>
/// <param name="Assembly">The root namespace, such as <c>Floe.Effects</c>.</param>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Folders">Folders between the project and the file; none for the project's own.</param>
/// <param name="Lines">The text.</param>
internal sealed partial record SourceFile(string Assembly, string Path, string[] Folders, string[] Lines)
{
    /// <summary>The room it stands in; empty for the project's own folder, which every room may use.</summary>
    public string Room => Folders.FirstOrDefault("");

    /// <summary>Every file of an assembly under src/.</summary>
    public static SourceFile[] Of(string assembly)
    {
        string root = Repository.At("src", assembly);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file =>
                    (File: file, Parts: System.IO.Path.GetRelativePath(root, file).Split(System.IO.Path.DirectorySeparatorChar)))
                .Where(f => f.Parts[0] is not ("bin" or "obj" or "build"))
                .OrderBy(f => f.File, StringComparer.Ordinal)
                .Select(f => new SourceFile(
                    assembly, System.IO.Path.GetRelativePath(Repository.Root, f.File), f.Parts[..^1], File.ReadAllLines(f.File))),
        ];
    }

    /// <summary>Namespaces of Floe that the file names, in a using directive or in full, with their lines (from 1).</summary>
    public IEnumerable<(int Line, string Namespace)> Names() => Lines
        .SelectMany((text, at) => NamespaceOfFloe().Matches(WithoutComment(text)).Select(m => (at + 1, m.Value)))
        .Where(name => !Lines[name.Item1 - 1].StartsWith("namespace ", StringComparison.Ordinal));

    /// <summary>A line without what a comment says.</summary>
    public static string WithoutComment(string line)
    {
        int at = line.IndexOf("//", StringComparison.Ordinal);
        return at < 0 ? line : line[..at];
    }

    [GeneratedRegex(@"\bFloe\.(Domain|Effects|Cli|Pretraining)(\.[A-Z]\w*)*")]
    private static partial Regex NamespaceOfFloe();
}
