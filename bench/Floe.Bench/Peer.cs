using System.Diagnostics;
using System.Text.Json;

namespace Floe.Bench;

/// <summary>Runs a Python peer of bench/peers and reads its one JSON object.</summary>
internal static class Peer
{
    private static readonly string[] Threading =
        ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "LD_LIBRARY_PATH", "LD_PRELOAD"];

    public static string Scripts { get; } = Find();

    /// <summary>FLOE_PYTHON, else the system's python3: the one that Debian's python3-torch and python3-numpy are for.</summary>
    private static string Python => Environment.GetEnvironmentVariable("FLOE_PYTHON") ?? "/usr/bin/python3";

    public static JsonElement Run(string script, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        ProcessStartInfo start = new(Python) { RedirectStandardOutput = true };
        foreach (string argument in arguments.Prepend(Path.Combine(Scripts, script)))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in Threading)
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string? value) in environment)
        {
            // Null takes the variable away.
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"{script} ended with {process.ExitCode}; it needs python3-torch and python3-numpy");
    }

    private static string Find()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            string scripts = Path.Combine(at, "bench", "peers");
            if (Directory.Exists(scripts))
            {
                return scripts;
            }
        }

        throw new InvalidOperationException("bench/peers was not found above " + AppContext.BaseDirectory);
    }
}
