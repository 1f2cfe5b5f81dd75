using System.Globalization;

namespace Floe.Effects.Runs;

/// <summary>The largest resident memory of this process since a point in time, as Linux counts it.</summary>
internal static class PeakMemory
{
    /// <summary>Starts counting from here. Where the system does not allow it, the count stays that of the whole process.</summary>
    public static void Reset()
    {
        if (OperatingSystem.IsLinux())
        {
            Files.FileErrors.Try("/proc/self/clear_refs", "reset the peak", () =>
            {
                File.WriteAllText("/proc/self/clear_refs", "5");
                return 0;
            });
        }
    }

    /// <summary>The peak in bytes; 0 where the system does not say.</summary>
    public static long Bytes() => OperatingSystem.IsLinux()
        ? Files.FileErrors.Try(
            "/proc/self/status", "read", () => File.ReadLines("/proc/self/status").Select(Parse).FirstOrDefault(b => b > 0))
            .IfLeft(0)
        : 0;

    private static long Parse(string line) =>
        line.StartsWith("VmHWM:", StringComparison.Ordinal)
        && long.TryParse(line.AsSpan(6, line.Length - 9).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes * 1024
            : 0;
}
