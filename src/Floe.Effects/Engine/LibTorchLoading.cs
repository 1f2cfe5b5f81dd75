using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Engine;

/// <summary>Whether LibTorch loads on this machine, found out once, before TorchSharp looks for it.</summary>
/// <remarks>
/// Where TorchSharp finds nothing to load, it copies what the package cache holds (half a gigabyte) beside the program and tells of it on
/// standard output. So the same library is asked for here first, by the same rule, and a refusal is an error that names what is missing.
/// </remarks>
internal static partial class LibTorchLoading
{
    /// <summary>The remedy where the files that are there are not those that belong together.</summary>
    public const string BuildAgain = "Delete the folders of TorchSharp and LibTorch from NuGet's package cache and build again.";

    // Those that TorchSharp has a native part for.
    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-x64", "win-arm64"];
    private static readonly Lazy<Option<string>> Refusal = new(Try);

    /// <summary>Why nothing can be computed here.</summary>
    /// <param name="where">What is being done, for the message.</param>
    /// <returns>The error; none where LibTorch is loaded.</returns>
    public static Option<FloeError> Error(string where) => Refusal.Value.Map(said => Explain(where, said));

    /// <summary>The error for what the system's loader, or TorchSharp after it, said.</summary>
    public static FloeError Explain(string where, string said)
    {
        if (MissingVersion().Match(said) is { Success: true } version)
        {
            string name = version.Groups["name"].Value;
            return new FloeError.Io(where, "load LibTorch", $"{version.Groups["file"].Value} has no {name}", NewerRuntime(name));
        }

        // Without LibTorch beside it TorchSharp's part takes what the system has, which is another version.
        bool other = said.Contains("undefined symbol", StringComparison.Ordinal);
        if (!other && Damage().Match(said) is { Success: true } damage)
        {
            return new FloeError.Io(where, "load LibTorch", damage.Value, BuildAgain);
        }

        string found = other
            ? "the system's LibTorch is of another version, and beside the program is none"
            : $"no LibTorch for {Platform} beside the program";
        return Platforms.Contains(Platform)
            ? new FloeError.Io(where, "load LibTorch", found,
                $"Add one package to the application: libtorch-cpu-{Platform} (CPU, this platform), TorchSharp-cpu (CPU, all platforms) or "
                + "TorchSharp-cuda-linux (CUDA). The tool floe carries LibTorch of the platform that it was packed on.")
            : new FloeError.Unsupported(where, $"LibTorch on {Platform}", string.Join(", ", Platforms),
                "Run on one of these; selecting from stored scores works here.");
    }

    private static string NewerRuntime(string version) => version.StartsWith("GLIBC_", StringComparison.Ordinal)
        ? "Use a system with a newer C library: Debian 12, Ubuntu 22.04, RHEL 9 or later."
        : "Build the program on this machine (the build mends TorchSharp's file for it), or elsewhere with -p:FloeMend=always; or install "
            + "the C++ runtime of GCC 13.";

    private static string Platform { get; } =
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : OperatingSystem.IsLinux() ? "linux-" : "other-")
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static Option<string> Try()
    {
        try
        {
            // TorchSharp's order; on Windows the second finds the first in memory.
            NativeLibrary.TryLoad("torch_cpu", typeof(TorchSharp.torch).Assembly, null, out _);
            NativeLibrary.Load("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null);
            return None;
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            return refused.Message;
        }
    }

    // What glibc says: FILE: version `NAME' not found (required by …).
    [GeneratedRegex("(?<file>[^\\s:]+): version `(?<name>[^']+)' not found")]
    private static partial Regex MissingVersion();

    // A file that was found, and another reason than that one of the many places where it was looked for has none.
    [GeneratedRegex("^\\S+\\.so[.\\d]*: (?!cannot open shared object file).+$", RegexOptions.Multiline)]
    private static partial Regex Damage();
}
