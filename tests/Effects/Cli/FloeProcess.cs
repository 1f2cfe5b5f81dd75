using System.Diagnostics;
using Floe.Tests.Effects.Fixtures;

namespace Floe.Tests.Effects.Cli;

/// <summary>The built tool as its own process.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record FloeProcess(int Code, string Out, string Error)
{
    /// <summary>The tool's assembly beside the tests' one.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "floe.dll");

    /// <summary>Runs the tool to its end.</summary>
    public static FloeProcess Run(params string[] args)
    {
        using Process process = Start(args);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new FloeProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>Runs a shell line in which <c>floe</c> stands for the tool.</summary>
    public static FloeProcess Shell(string line)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("/bin/bash", ["-c", $"floe() {{ '{Environment.ProcessPath}' exec '{Assembly}' \"$@\"; }}; {line}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = FixtureFolders.RepositoryRoot,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new FloeProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the tool.</summary>
    public static Process Start(params string[] args) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["exec", Assembly, .. args])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = FixtureFolders.RepositoryRoot,
    })!;

    /// <summary>Starts the tool as a prompt does: a shell's background job, as tests may be, passes an ignored SIGINT on.</summary>
    public static Process StartAtPrompt(params string[] args) =>
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM", Environment.ProcessPath!, "exec", Assembly, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = FixtureFolders.RepositoryRoot,
        })!;

    /// <summary>Sends a signal, such as <c>INT</c>.</summary>
    public static void Send(string signal, Process process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
