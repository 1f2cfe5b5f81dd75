using Floe.Effects.Files;

namespace Floe.Effects.Plans;

/// <summary>Turns the paths of a plan into absolute ones.</summary>
/// <param name="plan">The plan file; other paths are relative to its folder, or to the current one where it comes through a pipe.</param>
internal sealed class PlanPaths(string plan)
{
    private const string Assets = "$FLOE_ASSETS";
    private readonly string folder = InputFile.ComesOnce(plan)
        ? Environment.CurrentDirectory
        : Path.GetDirectoryName(Path.GetFullPath(plan)) ?? "/";

    /// <summary>
    /// The absolute path. <c>$FLOE_ASSETS/x</c> lies in the folder that the environment variable FLOE_ASSETS names; without it, in the
    /// first <c>shared/assets</c> that stands beside the plan's folder or beside a folder above it.
    /// </summary>
    public string Resolve(string path) => path.StartsWith(Assets + "/", StringComparison.Ordinal)
        ? Path.Combine(AssetsFolder(), path[(Assets.Length + 1)..])
        : Path.GetFullPath(path, folder);

    private string AssetsFolder()
    {
        if (Environment.GetEnvironmentVariable("FLOE_ASSETS") is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            string beside = Path.Combine(at, "shared", "assets");
            if (Directory.Exists(beside))
            {
                return beside;
            }
        }

        return Path.Combine(folder, Assets);
    }
}
