using System.Runtime.InteropServices;
using Floe.Effects.Files;

namespace Floe.Cli.Shell;

/// <summary>
/// SIGINT and SIGTERM. The first asks the command to stop: one that stops itself (a training loop saves its checkpoint) is given time, any
/// other ends at once, which is safe because files appear by renaming. The second ends at once. Temporary files are removed either way.
/// </summary>
/// <remarks>
/// Listening never ends: a signal between the command's end and the process's would meet .NET's own handler, whose exit runs LibTorch's
/// destructors.
/// </remarks>
internal sealed partial class Signals(CancellationTokenSource source)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<PosixSignalRegistration> registrations = [];
    private int received;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => source.Token;

    /// <summary>128 + the signal's number, or 0 when none came.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Whether the running command looks at <see cref="Stop"/> and ends by itself.</summary>
    public bool CommandStopsItself { get; set; }

    /// <summary>Takes what is said to the person who sent the signal.</summary>
    public Action<string> Say { get; set; } = _ => { };

    /// <summary>Starts listening.</summary>
    public static Signals Listen()
    {
        Signals signals = new(new CancellationTokenSource());
        signals.registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, c => signals.Handle(c, 130)));
        signals.registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => signals.Handle(c, 143)));
        return signals;
    }

    private void Handle(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        ExitCode = code;
        if (Interlocked.Increment(ref received) > 1 || !CommandStopsItself)
        {
            Leave(code);
        }

        Say("stopping after this step; once more to stop at once");
        source.Cancel();
        Thread.Sleep(Patience);
        Leave(code);
    }

    /// <summary>Ends the process. What it printed is flushed before; temporary files are removed.</summary>
    /// <param name="code">Exit code.</param>
    public static void Leave(int code)
    {
        TemporaryFiles.RemoveAll();
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }

        // exit() would run LibTorch's static destructors under threads that still compute.
        LeaveProcess(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void LeaveProcess(int code);
}
