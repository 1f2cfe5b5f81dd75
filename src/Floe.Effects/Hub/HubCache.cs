using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Hub;

/// <summary>
/// The cache of models as huggingface_hub lays it out: <c>models--org--name/blobs</c> by hash, <c>refs/REVISION</c> with a commit, and
/// <c>snapshots/COMMIT</c> with links to the blobs. It lies in HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub.
/// </summary>
internal static class HubCache
{
    /// <summary>The folder of all models.</summary>
    public static string Root => Given("HF_HUB_CACHE").IfNone(() => Path.Combine(Home, "hub"));

    /// <summary>The folder of the hub's settings, such as the token.</summary>
    internal static string Home => Given("HF_HOME").IfNone(() => Path.Combine(
        Given("XDG_CACHE_HOME")
            .IfNone(() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")), "huggingface"));

    /// <summary>A path as it is, or the folder in the cache of the model that it names where there is no such path.</summary>
    /// <param name="typed">A path, or <c>org/name</c> with or without <c>@revision</c>.</param>
    public static string PathOf(string typed) => Path.Exists(typed)
        ? typed
        : HubName.Parse(typed).ToOption().Bind(name => Find(name, Root)).IfNone(typed);

    /// <summary>The snapshot of a model that is there; none where it was not fetched, or not to its end.</summary>
    /// <param name="name">The model.</param>
    /// <param name="root">The folder of all models.</param>
    internal static Option<string> Find(HubName name, string root)
    {
        string folder = Path.Combine(root, name.Folder);
        string reference = Path.Combine(folder, "refs", name.Revision);
        string commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : name.Revision;
        string snapshot = Path.Combine(folder, "snapshots", commit);
        return commit.Length > 0 && !commit.Contains('/', StringComparison.Ordinal) && File.Exists(Path.Combine(snapshot, "config.json"))
            ? Some(snapshot)
            : None;
    }

    private static Option<string> Given(string variable) =>
        Optional(Environment.GetEnvironmentVariable(variable)).Filter(value => value.Length > 0)!;
}
