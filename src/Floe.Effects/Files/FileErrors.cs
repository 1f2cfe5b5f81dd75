using System.Runtime.InteropServices;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Files;

/// <summary>Turns what the operating system throws into <see cref="FloeError.Io"/>: the one place for files.</summary>
internal static class FileErrors
{
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;
    private const int NoSpaceWindows = 112;
    private const int WouldBlock = 11;
    private const int SharingWindows = 32;
    private const int LockWindows = 33;
    private const int MostCodeUnix = 200;

    // What open and flock say of a file that another process has: EAGAIN on Linux and on macOS, a sharing violation on Windows.
    private static readonly int[] Taken = [WouldBlock, 35, SharingWindows, LockWindows];

    /// <summary>Runs an action on a file; a refusal of the system becomes an error, anything else is a bug and passes.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="operation">What is tried, as a verb phrase: <c>read the journal</c>.</param>
    /// <param name="action">The action.</param>
    /// <typeparam name="T">What the action answers.</typeparam>
    /// <returns>The answer, or the I/O error.</returns>
    public static Either<FloeError, T> Try<T>(string path, string operation, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            return Translate(path, operation, refusal);
        }
    }

    /// <summary>As <see cref="Try{T}(string,string,Func{T})"/> for an action that has errors of its own.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="operation">What is tried, as a verb phrase.</param>
    /// <param name="action">The action.</param>
    /// <typeparam name="T">What the action answers.</typeparam>
    /// <returns>The action's answer or error, or the I/O error.</returns>
    public static Either<FloeError, T> Try<T>(string path, string operation, Func<Either<FloeError, T>> action)
    {
        try
        {
            return action();
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            return Translate(path, operation, refusal);
        }
    }

    /// <summary>Whether an exception is the system's refusal of a file operation rather than a bug.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>True for I/O, permission and path errors.</returns>
    public static bool IsRefusal(Exception exception) => exception
        is IOException or UnauthorizedAccessException or System.Security.SecurityException
        || (exception is ArgumentException { ParamName: "path" or "fileName" or "sourceFileName" or "destFileName" });

    /// <summary>Whether a file cannot be opened as another process, or another part of this one, has it.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsTaken(IOException exception) => Taken.Contains(Code(exception));

    /// <summary>The error of a refusal, with a remedy that fits its kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="operation">What was tried, as a verb phrase.</param>
    /// <param name="refusal">What was thrown.</param>
    /// <returns>The error.</returns>
    public static FloeError Translate(string path, string operation, Exception refusal) =>
        new FloeError.Io(path, operation, Said(refusal), refusal switch
        {
            FileNotFoundException or DirectoryNotFoundException => "Check the path.",
            UnauthorizedAccessException or System.Security.SecurityException =>
                "Check the permissions of the file and its folder, and that the path is not a folder.",
            PathTooLongException or ArgumentException => "Choose another path.",
            IOException io when IsFull(io) => "Free space or choose a path on another disk; nothing was left behind.",
            _ => "Check the disk and whether another program uses the file.",
        });

    /// <summary>What the system said: in words of ours for what is common, in the system's for its other codes.</summary>
    internal static string Said(Exception refusal) => refusal switch
    {
        FileNotFoundException => "no such file",
        DirectoryNotFoundException => "no such file or folder",
        UnauthorizedAccessException or System.Security.SecurityException => "permission denied",
        PathTooLongException => "the path is too long",
        ArgumentException => "no file can have this path",
        EndOfStreamException => "it ends too early",
        IOException io when IsFull(io) => "no space left on the disk",
        IOException io => Code(io) switch
        {
            WouldBlock when !OperatingSystem.IsWindows() => "another process uses it",
            SharingWindows or LockWindows when OperatingSystem.IsWindows() => "another process uses it",
            > 0 and <= MostCodeUnix and var code => Marshal.GetPInvokeErrorMessage(code),
            var code => io.InnerException is IOException inner ? Said(inner) : $"the system refused with error {code}",
        },
        _ => "the system refused",
    };

    private static int Code(IOException exception) => exception.HResult & 0xFFFF;

    private static bool IsFull(IOException exception) =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? Code(exception) == NoSpaceWindows
            : Code(exception) is NoSpaceUnix or QuotaUnix or NoSpaceWindows;
}
