using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>One entry of an adapter configuration that names modules, and how it matches their paths.</summary>
/// <param name="Text">The entry as it stands in the file.</param>
/// <param name="Matches">Whether it names a path.</param>
internal sealed record ModuleKey(string Text, Func<string, Either<FloeError, bool>> Matches)
{
    private const int Shown = 12;

    /// <summary>A module's name: the whole path, or its end from a dot on.</summary>
    public static ModuleKey Name(string name) => new(name, path => path == name || path.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>The path's end, wherever it starts: HydraLoRA's rule.</summary>
    public static ModuleKey Tail(string name) => new(name, path => path.EndsWith(name, StringComparison.Ordinal));

    /// <summary>A regular expression for the whole path.</summary>
    /// <param name="at">File and key.</param>
    /// <param name="expression">The expression.</param>
    public static Either<FloeError, ModuleKey> Pattern(string at, string expression) =>
        ModulePattern.Compile(at, expression).Map(compiled => new ModuleKey(expression, compiled.Matches));

    /// <summary>A regular expression for the path's end, from a dot on or from its start.</summary>
    /// <param name="at">File and key.</param>
    /// <param name="expression">The expression.</param>
    public static Either<FloeError, ModuleKey> Ending(string at, string expression) =>
        ModulePattern.Compile(at, $@"(?:.*\.)?(?:{expression})").Map(compiled => new ModuleKey(expression, compiled.Matches));

    /// <summary>
    /// For every path, the first key that matches it, −1 where none does. A key that matches none of the paths would be ignored without a
    /// word and is an error that names it.
    /// </summary>
    /// <param name="at">File and key of the configuration.</param>
    /// <param name="keys">The entries, in file order.</param>
    /// <param name="paths">Paths of modules.</param>
    /// <param name="among">What the paths are, for the error.</param>
    /// <param name="needed">Whether nothing is left where none of them matches.</param>
    public static Either<FloeError, IReadOnlyList<int>> Match(
        string at, IReadOnlyList<ModuleKey> keys, IReadOnlyList<string> paths, string among, bool needed = false)
    {
        int[] first = [.. Enumerable.Repeat(-1, paths.Count)];
        List<string> idle = [];
        for (int key = 0; key < keys.Count; key++)
        {
            if (paths.Each(keys[key].Matches).Failed(out FloeError? error, out IReadOnlyList<bool>? found))
            {
                return error;
            }

            for (int path = 0; path < first.Length; path++)
            {
                first[path] = first[path] < 0 && found[path] ? key : first[path];
            }

            idle.AddRange(found.Contains(true) ? [] : [keys[key].Text]);
        }

        return idle.Count == 0 ? Right<FloeError, IReadOnlyList<int>>(first) : Idle(at, idle, among, needed && idle.Count == keys.Count);
    }

    private static FloeError.BadData Idle(string at, List<string> idle, string among, bool nothing)
    {
        string names = string.Join(", ", idle.Take(Shown).Select(key => key.Length <= 120 ? key : key[..120]));
        string more = idle.Count > Shown ? ", …" : "";
        return new FloeError.BadData(
            at, $"only entries that match {among}", $"{names}{more}, which {(idle.Count == 1 ? "matches" : "match")} none", nothing
            ? "Check that the adapter belongs to this model."
            : "Correct the entry, or remove it: PEFT ignores it.");
    }
}
