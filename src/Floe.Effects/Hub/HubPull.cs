using System.Security.Cryptography;
using System.Text;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Hub;

/// <summary>
/// Fetches a model from a hub as Hugging Face has it into <see cref="HubCache"/>. What is there already is not fetched again, what was
/// begun goes on where it stopped, and no file becomes part of the model before its size and hash are those that the hub states.
/// </summary>
internal static class HubPull
{
    private const int MostTries = 6;
    private const int LargestListing = 64 << 20;

    /// <summary>Fetches a model.</summary>
    /// <param name="name">The model.</param>
    /// <param name="report">Takes a file's name, bytes there and bytes of it.</param>
    /// <returns>The folder to give as a model.</returns>
    public static Either<FloeError, string> Run(HubName name, Action<string, long, long> report) =>
        from endpoint in Endpoint()
        from token in Token()
        from folder in Run(name, endpoint, token, HubCache.Root, report)
        select folder;

    /// <summary>Fetches a model with settings that are given.</summary>
    /// <param name="name">The model.</param>
    /// <param name="endpoint">The hub.</param>
    /// <param name="token">What it lets in by.</param>
    /// <param name="cache">The folder of all models.</param>
    /// <param name="report">Takes a file's name, bytes there and bytes of it.</param>
    internal static Either<FloeError, string> Run(
        HubName name, Uri endpoint, Option<string> token, string cache, Action<string, long, long> report)
    {
        using (HubClient client = new(endpoint, token.MatchUnsafe<string?>(Some: text => text, None: () => null)))
        {
            string root = Path.Combine(cache, name.Folder);
            string at = $"{name.Owner}/{name.Name}@{name.Revision}";
            return
                from json in Tried(at, () => Listing(client, name))
                from listing in HubListing.Read(at, json)
                from wanted in listing.Wanted(at)
                from fetched in wanted.AsEnumerable().Each(file => Fetched(client, name, listing.Commit, root, file, report))
                from linked in FileErrors.Try(root, "link the files", () => Linked(root, listing.Commit, wanted))
                from named in AtomicFile.WriteText(Path.Combine(root, "refs", name.Revision), listing.Commit)
                select Path.Combine(root, "snapshots", listing.Commit);
        }
    }

    private static Either<FloeError, byte[]> Listing(HubClient client, HubName name) =>
        client.Get($"api/models/{name.Owner}/{name.Name}/revision/{name.Revision}?blobs=true").Bind<byte[]>(response =>
        {
            using (response)
            {
                using Stream stream = response.Content.ReadAsStream();
                using MemoryStream all = new();
                byte[] part = new byte[1 << 16];
                for (int got; (got = stream.Read(part)) > 0;)
                {
                    all.Write(part.AsSpan(0, got));
                    if (all.Length > LargestListing)
                    {
                        return new FloeError.BadData(
                            $"{name.Owner}/{name.Name}", $"a listing of at most {LargestListing} bytes", "more", "Use another hub.");
                    }
                }

                return all.ToArray();
            }
        });

    private static Either<FloeError, Unit> Fetched(
        HubClient client, HubName name, string commit, string root, HubFile file, Action<string, long, long> report)
    {
        string blob = Path.Combine(root, "blobs", file.Hash);
        if (File.Exists(blob) && new FileInfo(blob).Length == file.Size)
        {
            return unit;
        }

        string part = blob + ".incomplete";
        return
            from made in FileErrors.Try(root, "make the folder", () => Directory.CreateDirectory(Path.GetDirectoryName(blob)!))
            from room in FileErrors.Try(
                part, "read", () => File.Exists(part) && new FileInfo(part).Length > file.Size ? Deleted(part) : unit)
            from whole in Tried(
                file.Name, () => Continued(client, $"{name.Owner}/{name.Name}/resolve/{commit}/{file.Name}", part, file, report))
            from same in Checked(part, file)
            from kept in FileErrors.Try(blob, "write", () => Moved(part, blob))
            select kept;
    }

    // One connection; fewer bytes than stated is a connection that dropped, and the next try goes on behind them.
    private static Either<FloeError, Unit> Continued(
        HubClient client, string path, string part, HubFile file, Action<string, long, long> report)
    {
        long there = File.Exists(part) ? new FileInfo(part).Length : 0;
        return there == file.Size && there > 0 ? unit : client.Get(path, there).Bind<Unit>(response =>
        {
            using (response)
            {
                bool goesOn = response.StatusCode == System.Net.HttpStatusCode.PartialContent
                    && response.Content.Headers.ContentRange?.From == there;
                using FileStream target = new(part, goesOn ? FileMode.Append : FileMode.Create);
                using Stream stream = response.Content.ReadAsStream();
                byte[] bytes = new byte[1 << 16];
                for (int got; (got = stream.Read(bytes)) > 0;)
                {
                    if (target.Position + got > file.Size)
                    {
                        return new FloeError.BadData(
                            file.Name, $"{file.Size} bytes, as the hub's list says", "more", "Try again later, or use another hub.");
                    }

                    target.Write(bytes.AsSpan(0, got));
                    report(file.Name, target.Position, file.Size);
                }

                return target.Position == file.Size
                    ? unit
                    : throw new IOException($"the connection ended after {target.Position} of {file.Size} bytes");
            }
        });
    }

    private static Either<FloeError, Unit> Checked(string part, HubFile file) => FileErrors.Try(part, "read", () =>
    {
        using FileStream stream = new(part, FileMode.Open);
        using IncrementalHash hash = IncrementalHash.CreateHash(file.IsLarge ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!file.IsLarge)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Size}\0"));
        }

        byte[] bytes = new byte[1 << 16];
        for (int got; (got = stream.Read(bytes)) > 0;)
        {
            hash.AppendData(bytes.AsSpan(0, got));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }).Bind(found => found == file.Hash ? Right<FloeError, Unit>(unit) : Deleted(part) is var _
        ? new FloeError.BadData(
            file.Name, $"content with the hash {file.Hash}, as the hub's list says", found,
                "Fetch it again; if that does not help, use another hub.")
        : unit);

    private static Either<FloeError, T> Tried<T>(string what, Func<Either<FloeError, T>> once)
    {
        string last = "";
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            Thread.Sleep(attempt == 0 ? 0 : 100 << attempt);
            try
            {
                Either<FloeError, T> done = once();
                if (done.Match(
                    Right: _ => true, Left: error => error is not FloeError.Io { Operation: "fetch", Found: var found }
                        || !found.Contains("answers 5", StringComparison.Ordinal)))
                {
                    return done;
                }

                last = done.Match(Right: _ => "", Left: error => ((FloeError.Io)error).Found);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                last = e is OperationCanceledException ? "no answer in time" : "the connection failed or ended early";
            }
        }

        return new FloeError.Io(
            what, "fetch", $"{last}, {MostTries} times", "Check the network and run the command again: it goes on where it stopped.");
    }

    private static Unit Linked(string root, string commit, Arr<HubFile> files)
    {
        string snapshot = Path.Combine(root, "snapshots", commit);
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(Path.Combine(root, "refs"));
        foreach (HubFile file in files)
        {
            string link = Path.Combine(snapshot, file.Name);
            File.Delete(link);
            File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", file.Hash));
        }

        return unit;
    }

    private static Unit Deleted(string path)
    {
        File.Delete(path);
        return unit;
    }

    private static Unit Moved(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        return unit;
    }

    private static Either<FloeError, Uri> Endpoint()
    {
        string given = Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } set ? set : "https://huggingface.co";
        return Uri.TryCreate(given.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : new FloeError.Usage(
                "HF_ENDPOINT", "the address of a hub, such as https://huggingface.co", $"`{given}`", "Correct the variable.");
    }

    // From the environment, else from the file that the hub's own tool writes.
    private static Either<FloeError, Option<string>> Token()
    {
        string? set = new[] { "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN" }.Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => value is { Length: > 0 });
        string file = Environment.GetEnvironmentVariable("HF_TOKEN_PATH") is { Length: > 0 } path
            ? path
            : Path.Combine(HubCache.Home, "token");
        return from text in set is not null || !File.Exists(file)
            ? Right<FloeError, string>(set ?? "")
            : FileErrors.Try(file, "read", () => File.ReadAllText(file))
               let token = text.Trim()
               from sound in Steps.Check(
                   token.All(c => c is > ' ' and < '\x7f'), () =>
                       new FloeError.Usage("HF_TOKEN", "a token of letters, digits and signs", "other characters", "Set it again."))
               select token.Length > 0 ? Some(token) : None;
    }
}
