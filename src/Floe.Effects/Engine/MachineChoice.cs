using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Engine;

/// <summary>
/// What was measured once on a machine, kept in the user's cache folder (<c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>; on Windows the local
/// application data), so that every process of that machine computes alike however busy it is. A file a processor, number of processors and
/// LibTorch.
/// </summary>
/// <remarks>Where the folder cannot be written nothing is kept, and every process measures for itself.</remarks>
internal static class MachineChoice
{
    /// <summary>The stored word, or the one that is measured now and stored. Of two processes that measure at once, the first to store it
    /// decides for both.</summary>
    /// <param name="name">What is chosen.</param>
    /// <param name="measure">Measures; its answer is a word of a closed list.</param>
    /// <param name="known">Whether a stored word is of that list.</param>
    public static string Of(string name, Func<string> measure, Func<string, bool> known)
    {
        string path = Path.Combine(Folder(), $"{name}-{Key()}");
        return Stored(path, known).IfNone(() =>
        {
            string chosen = measure();
            return Stored(path, known).IfNone(() =>
            {
                _ = AtomicFile.WriteText(path, chosen + "\n");
                return chosen;
            });
        });
    }

    /// <summary>The folder of what is kept.</summary>
    internal static string Folder()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given
            : Path.Combine(home, ".cache");
        return Path.Combine(cache, "floe");
    }

    private static Option<string> Stored(string path, Func<string, bool> known) =>
        FileErrors.Try(path, "read", () => File.Exists(path) ? File.ReadAllText(path).Trim() : "").ToOption().Filter(known);

    private static string Key()
    {
        string text = $"{Processor()}, {Environment.ProcessorCount} processors, {typeof(TorchSharp.torch).Assembly.GetName().Version}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    // CPUID leaf 1: family, model and stepping; leaf 7: which vector instructions a virtual machine lets through.
    private static string Processor()
    {
        if (!X86Base.IsSupported)
        {
            return System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        }

        (int top, int b, int c, int d) = X86Base.CpuId(0, 0);
        (int signature, _, int features, _) = X86Base.CpuId(1, 0);
        (_, int vectors, int more, _) = top >= 7 ? X86Base.CpuId(7, 0) : (0, 0, 0, 0);
        return $"{b:x8}{d:x8}{c:x8} {signature:x8} {features & 0x1C001000:x8} {vectors:x8} {more:x8}";
    }
}
