using System.Net;
using System.Net.Http.Headers;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Hub;

/// <summary>Asks a hub over HTTP. The token goes to the hub's own host alone: a redirect to another one is followed without it.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 5;

    private readonly HttpClient http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Uri endpoint;
    private readonly string? token;

    /// <summary>A client of a hub.</summary>
    /// <param name="endpoint">Its address.</param>
    /// <param name="token">What it lets in by; null for none.</param>
    public HubClient(Uri endpoint, string? token) => (this.endpoint, this.token) = (endpoint, token);

    /// <summary>The answer to a request of a path of the hub, from a byte on. The caller disposes of it.</summary>
    /// <param name="path">The path, with its query.</param>
    /// <param name="from">The first byte wanted.</param>
    /// <returns>The answer, 200 or 206; else the error with the status.</returns>
    public Either<FloeError, HttpResponseMessage> Get(string path, long from = 0)
    {
        Uri at = new(endpoint, path);
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, at);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("floe", "1"));
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            if (token is not null && Same(at, endpoint))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            HttpResponseMessage response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } next)
                {
                    return Refused(at, response.StatusCode);
                }

                Uri target = new(at, next);
                if (target.Scheme != Uri.UriSchemeHttps && target.Scheme != endpoint.Scheme)
                {
                    return new FloeError.Io(at.Host, "fetch", $"it redirects to {target.Scheme}", "Use another hub.");
                }

                at = target;
            }
        }

        return new FloeError.Io(at.Host, "fetch", $"more than {MostRedirects} redirects", "Try again later, or use another hub.");
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    private static bool Same(Uri a, Uri b) => a.Scheme == b.Scheme && a.Host == b.Host && a.Port == b.Port;

    // A query may hold a signature, so only host and path are shown.
    private static FloeError.Io Refused(Uri at, HttpStatusCode status) => new(
        $"{at.Scheme}://{at.Authority}{at.AbsolutePath}",
        "fetch",
        $"the hub answers {(int)status}",
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                "Set HF_TOKEN to a token that may read the model, and accept its licence on the hub.",
            HttpStatusCode.NotFound => "Check the name and the revision.",
            _ => "Try again later.",
        });
}
