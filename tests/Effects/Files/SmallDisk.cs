using System.Diagnostics;
using Xunit;

namespace Floe.Tests.Effects.Files;

/// <summary>A test on a disk that fills up. It is skipped where this user may not mount one.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Available ? null : "only root may mount a memory disk";
}

/// <summary>A memory disk of a few megabytes.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> Mounts = new(() =>
    {
        using Scratch scratch = new();
        return OperatingSystem.IsLinux()
            && File.Exists("/usr/bin/mount")
            && Mounted(1, scratch.Folder)
            && Run("umount", scratch.Folder) == 0;
    });

    private readonly Scratch scratch = new();

    /// <summary>Whether this user may mount one.</summary>
    public static bool Available => Mounts.Value;

    /// <summary>Its root.</summary>
    public string Folder => scratch.Folder;

    /// <summary>Mounts one.</summary>
    /// <param name="megabytes">Its size.</param>
    public static SmallDisk Mount(int megabytes)
    {
        SmallDisk disk = new();
        Assert.True(Mounted(megabytes, disk.Folder));
        return disk;
    }

    /// <summary>Unmounts it.</summary>
    public void Dispose()
    {
        Assert.Equal(0, Run("umount", Folder));
        scratch.Dispose();
    }

    private static bool Mounted(int megabytes, string folder) =>
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder) == 0;

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
