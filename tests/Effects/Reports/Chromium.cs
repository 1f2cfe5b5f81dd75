using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Floe.Tests.Effects.Reports;

/// <summary>A theory that needs Chromium. Without it the cases are listed as not run; with CI=true they fail and say what to
/// install.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Chromium.Path is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = Chromium.Missing;
        }
    }
}

/// <summary>A headless browser that opens a page once, measures it and is gone.</summary>
internal static partial class Chromium
{
    public const string Missing = "chromium was not found; install it with: apt-get install -y chromium";

    public static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .SelectMany(
                folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>Opens a page in a window and returns what its script found.</summary>
    /// <param name="page">The page's HTML.</param>
    /// <param name="width">Window width, in pixels.</param>
    /// <param name="dark">Which scheme the reader prefers.</param>
    public static Measured Measure(string page, int width, bool dark)
    {
        Assert.True(Path is not null, Missing);
        string folder = Directory.CreateTempSubdirectory("floe-browser-").FullName;
        try
        {
            string file = System.IO.Path.Combine(folder, "frame.html");
            File.WriteAllText(file, Frame(width));
            File.WriteAllText(
                System.IO.Path.Combine(folder, "page.html"), page.Replace(
                    "</body>", $"<script>{MeasuringScript.Text}</script></body>", StringComparison.Ordinal));
            (string dom, string log) = Run(folder, file, dark);
            Match found = MeasuredElement().Match(dom);
            Assert.True(found.Success, "the measuring script left nothing; the browser said: " + log);
            Measured measured = JsonSerializer.Deserialize<Measured>(
                WebUtility.HtmlDecode(found.Groups[1].Value), JsonSerializerOptions.Web)!;
            return measured with { Console = [.. log.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A window has a least width of 500 pixels; a frame inside it may be as narrow as a telephone.</summary>
    private static string Frame(int width) => $$"""
        <!DOCTYPE html><html style="color-scheme:light dark"><body><script>
        addEventListener('message', e => { const pre = document.createElement('pre'); pre.id = 'measured'; pre.textContent = e.data; document.body.appendChild(pre); });
        </script><iframe src="page.html" style="width:{{width}}px;height:900px;border:0"></iframe></body></html>
        """;

    private static (string Dom, string Log) Run(string folder, string file, bool dark)
    {
        var start = new ProcessStartInfo(Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0", $"--user-data-dir={folder}/profile",
                "--window-size=1400,1000", "--virtual-time-budget=5000",
            $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", new Uri(file).AbsoluteUri,
        })
        {
            start.ArgumentList.Add(argument);
        }

        using Process browser = Process.Start(start)!;
        Task<string> dom = browser.StandardOutput.ReadToEndAsync();
        Task<string> log = browser.StandardError.ReadToEndAsync();
        if (!browser.WaitForExit(TimeSpan.FromSeconds(120)))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Fail("the browser did not end within two minutes");
        }

        return (dom.GetAwaiter().GetResult(), log.GetAwaiter().GetResult());
    }

    [GeneratedRegex("<pre id=\"measured\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex MeasuredElement();
}

/// <summary>What was found on a page.</summary>
/// <param name="InnerWidth">Width of the window's content.</param>
/// <param name="ScrollWidth">Width that the page wants.</param>
/// <param name="Dark">Whether the page took itself to be in the dark scheme.</param>
/// <param name="Background">Colour behind the page.</param>
/// <param name="Labels">Texts in visible drawings.</param>
/// <param name="Overlaps">Pairs of texts of one drawing that cover one another.</param>
/// <param name="Clipped">Texts that reach out of their drawing.</param>
/// <param name="Wide">Elements that reach out of the page, outside a frame that scrolls.</param>
/// <param name="Requests">Anything loaded.</param>
/// <param name="SmallestText">Smallest text of a drawing as seen, in pixels.</param>
/// <param name="Console">Lines that the browser's console got.</param>
internal sealed record Measured(
    int InnerWidth,
    int ScrollWidth,
    bool Dark,
    string Background,
    int Labels,
    string[] Overlaps,
    string[] Clipped,
    string[] Wide,
    string[] Requests,
    double SmallestText,
    string[] Console)
{
    /// <summary>Nothing covers anything, reaches out, is loaded or complained of.</summary>
    public void AssertSound()
    {
        Assert.Empty(Overlaps);
        Assert.Empty(Clipped);
        Assert.Empty(Wide);
        Assert.Empty(Console);
        Assert.Empty(Requests);
        Assert.True(ScrollWidth <= InnerWidth, $"the page is {ScrollWidth} px wide in a window of {InnerWidth} px");
    }
}
