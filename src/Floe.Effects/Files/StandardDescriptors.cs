using System.Runtime.InteropServices;

namespace Floe.Effects.Files;

/// <summary>Standard input, output and error by their numbers.</summary>
internal static partial class StandardDescriptors
{
    private const int GetFlags = 1;
    private const int ClosesOnExec = 1;

    /// <summary>
    /// Whether a standard stream was there when the process began. Where it was closed, the runtime may have opened a file of its own under
    /// its number; such a file closes on exec, which no inherited one can.
    /// </summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public static bool IsInherited(int descriptor) =>
        OperatingSystem.IsWindows() || (Flags(descriptor, GetFlags) is >= 0 and var flags && (flags & ClosesOnExec) == 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Flags(int descriptor, int command);
}
