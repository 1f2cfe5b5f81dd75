using System.Text.RegularExpressions;

namespace Floe.Tests.Architecture;

/// <summary>Which files of src/ name the types of which: read from the text, by what each file's namespaces make visible.</summary>
internal sealed partial class TypeNames
{
    private readonly Dictionary<string, SourceFile> files;
    private readonly ILookup<string, (string Namespace, SourceFile File)> types;

    private TypeNames(SourceFile[] files)
    {
        this.files = files.ToDictionary(file => file.Path.Replace('\\', '/'));
        types = files.SelectMany(file => file.Lines.Select(line => Declaration().Match(line)).Where(found => found.Success)
            .Select(found => (Name: found.Groups[1].Value, Value: (NamespaceOf(file), file))))
                .ToLookup(type => type.Name, type => type.Value);
    }

    /// <summary>Of all assemblies.</summary>
    public static TypeNames All { get; } = new([.. Rooms.Assemblies.SelectMany(SourceFile.Of)]);

    /// <summary>A file by its path from the repository.</summary>
    public SourceFile File(string path) => files.TryGetValue(path, out SourceFile? found) ? found : throw new FileNotFoundException(path);

    /// <summary>The files under a folder of the repository.</summary>
    public SourceFile[] Under(string folder) =>
        [.. files.Where(file => file.Key.StartsWith(folder + "/", StringComparison.Ordinal)).Select(file => file.Value)];

    /// <summary>The other files whose types a file names.</summary>
    public SourceFile[] NamedBy(SourceFile file)
    {
        string own = NamespaceOf(file);
        string[] visible = [
            own, .. file.Lines.Select(line => Using().Match(line)).Where(found => found.Success).Select(found => found.Groups[1].Value)];
        return
        [
            .. file.Lines.Where(line => !line.StartsWith("using ", StringComparison.Ordinal)).SelectMany(line => Word().Matches(Code(line)))
                .SelectMany(word => types[word.Value])
                .Where(type => visible.Contains(type.Namespace) || own.StartsWith(type.Namespace + ".", StringComparison.Ordinal))
                .Select(type => type.File).Where(other => other != file).Distinct(),
        ];
    }

    /// <summary>A file and all that it reaches through the files that it names.</summary>
    public SourceFile[] ReachedFrom(SourceFile start)
    {
        List<SourceFile> reached = [start];
        for (int at = 0; at < reached.Count; at++)
        {
            reached.AddRange(NamedBy(reached[at]).Except(reached));
        }

        return [.. reached];
    }

    private static string NamespaceOf(SourceFile file) => string.Join('.', [file.Assembly, .. file.Folders]);

    private static string Code(string line) => Text().Replace(SourceFile.WithoutComment(line), "");

    [GeneratedRegex(
        @"^(?:public|internal) (?:static |sealed |abstract |readonly |partial |unsafe )*"
        + @"(?:class|record struct|record|enum|interface|struct) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^using (?:static )?(Floe\.[\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex("(?<!\\$)\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();
}
