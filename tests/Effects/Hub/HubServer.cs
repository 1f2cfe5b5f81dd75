using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Floe.Tests.Effects.Hub;

/// <summary>A hub in this process that can drop connections, state wrong lengths and hashes, and redirect.</summary>
internal sealed class HubServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Thread thread;
    private readonly List<(string Path, string? Range, string? Token)> requests = [];

    public HubServer()
    {
        listener.Start();
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes after which a connection that sends a file ends; none by default.</summary>
    public int DropAfter { get; set; } = int.MaxValue;

    /// <summary>Where files are redirected to.</summary>
    public string? Redirect { get; set; }

    /// <summary>Whether Range is not understood.</summary>
    public bool WholeOnly { get; set; }

    /// <summary>Changes what the listing says of a file.</summary>
    public Action<string, JsonObject>? Lie { get; set; }

    /// <summary>A status in place of each answer.</summary>
    public int Status { get; set; } = 200;

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public IReadOnlyList<(string Path, string? Range, string? Token)> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    public void Dispose()
    {
        listener.Stop();
        thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = listener.AcceptTcpClient();
                using NetworkStream stream = client.GetStream();
                try
                {
                    Answer(stream);
                }
                catch (IOException)
                {
                    continue;
                }
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped, whether while it waited for a call or between two.
            return;
        }
    }

    private void Answer(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string path = reader.ReadLine()?.Split(' ')[1] ?? "";
        string? range = null, token = null;
        for (string? line = reader.ReadLine(); line is { Length: > 0 }; line = reader.ReadLine())
        {
            range = line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase) ? line[13..] : range;
            token = line.StartsWith("Authorization: ", StringComparison.OrdinalIgnoreCase) ? line[15..] : token;
        }

        lock (requests)
        {
            requests.Add((path, range, token));
        }

        string name = path.Split('/')[^1];
        if (Status != 200)
        {
            Send(stream, $"{Status} no", [], "");
        }
        else if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            Send(stream, "200 OK", Encoding.UTF8.GetBytes(Listing().ToJsonString()), "");
        }
        else if (Redirect is not null)
        {
            Send(stream, "302 Found", [], $"Location: {Redirect}{path}\r\n");
        }
        else if (!Files.TryGetValue(name, out byte[]? content))
        {
            Send(stream, "404 Not Found", [], "");
        }
        else
        {
            int from = range is null || WholeOnly ? 0 : int.Parse(range.TrimEnd('-'), CultureInfo.InvariantCulture);
            Send(stream, from > 0
                ? "206 Partial Content"
                : "200 OK", content[from..], from > 0
                ? $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n"
                : "", DropAfter);
        }
    }

    private JsonObject Listing() => new()
    {
        ["sha"] = new string('c', 40),
        ["siblings"] = new JsonArray([.. Files.Select(file =>
        {
            bool large = file.Key.EndsWith(".safetensors", StringComparison.Ordinal);
            JsonObject entry = new() { ["rfilename"] = file.Key, ["size"] = file.Value.Length };
            if (large)
            {
                entry["lfs"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file.Value)),
                    ["size"] = file.Value.Length };
            }
            else
            {
                entry["blobId"] = GitHash(file.Value);
            }

            Lie?.Invoke(file.Key, large ? entry["lfs"]!.AsObject() : entry);
            return (JsonNode)entry;
        })]),
    };

    private static string GitHash(byte[] content)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Send(NetworkStream stream, string status, byte[] body, string headers, int most = int.MaxValue)
    {
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        stream.Write(body.AsSpan(0, Math.Min(most, body.Length)));
    }
}
