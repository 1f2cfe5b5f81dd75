using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Studies;

/// <summary>A PostgreSQL server of Debian's package on a port and in a folder of its own, without rights that it does not need.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string data;

    public PostgresServer()
    {
        data = scratch.At("data");
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        if (Missing is null)
        {
            if (AsRoot)
            {
                Run("chown", "postgres", scratch.Folder);
                Run("chmod", "0711", Path.GetDirectoryName(scratch.Folder)!);
            }

            Server("initdb", "-D", data, "-U", "floe", "-A", "trust", "--no-sync");
            Start();
        }
    }

    /// <summary>Why there is no server; null where there is one.</summary>
    public static string? Missing { get; } = Folder is null ? "PostgreSQL's server is not installed (Debian: apt-get install postgresql)"
        : AsRoot && !File.Exists("/usr/sbin/runuser") ? "the server does not run as root, and runuser is not there"
        : null;

    public int Port { get; }

    public string Address(string database) => string.Create(CultureInfo.InvariantCulture, $"postgresql://floe@127.0.0.1:{Port}/{database}");

    public string NewDatabase()
    {
        string name = $"d{Guid.NewGuid():N}";
        Server("createdb", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "floe", name);
        return Address(name);
    }

    public void Start() =>
        Server("pg_ctl", "-D", data, "-w", "-l", Path.Combine(data, "log"), "-o", $"-p {Port} -k {data} -h 127.0.0.1", "start");

    /// <summary>Ends it as a power cut does.</summary>
    public void Kill() => Server("pg_ctl", "-D", data, "-m", "immediate", "stop");

    public void Dispose()
    {
        if (Missing is null)
        {
            Server("pg_ctl", "-D", data, "-m", "immediate", "stop");
        }

        scratch.Dispose();
    }

    private static bool AsRoot => Environment.UserName == "root";

    private static string? Folder => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(d => Path.Combine(d, "bin"))
            .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private static void Server(string program, params string[] args)
    {
        string path = Path.Combine(Folder!, program);
        if (AsRoot)
        {
            Run("/usr/sbin/runuser", ["-u", "postgres", "--", path, .. args]);
        }
        else
        {
            Run(path, args);
        }
    }

    private static void Run(string program, params string[] args)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. args]) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)} ended with {process.ExitCode}");
    }
}

/// <summary>A test that needs a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>A theory that needs a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Missing;
}
