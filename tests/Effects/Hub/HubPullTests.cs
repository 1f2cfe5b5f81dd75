using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Hub;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Hub;

/// <summary>Models from a hub that drops connections, lies and redirects: whole and with the hashes that it states, or an error that says
/// so.</summary>
public sealed class HubPullTests : IDisposable
{
    private const string Secret = "hf_secret";

    private static readonly HubName Name = Errors.Value(HubName.Parse("org/tiny"));

    private readonly Scratch scratch = new();
    private readonly HubServer hub = new();

    public HubPullTests()
    {
        byte[] weights = new byte[300_000];
        new Random(3).NextBytes(weights);
        hub.Files["config.json"] = "{\"a\": 1}"u8.ToArray();
        hub.Files["model.safetensors"] = weights;
        hub.Files["pytorch_model.bin"] = [1, 2, 3];
        hub.Files["README.md"] = "read me"u8.ToArray();
    }

    public void Dispose()
    {
        hub.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void AModelLiesInTheUsualLayoutWithoutPickledWeightsAndIsFoundOffline()
    {
        string folder = Errors.Value(Pull());
        Assert.Equal(scratch.At($"hub/models--org--tiny/snapshots/{new string('c', 40)}"), folder);
        Assert.Equal(
            ["config.json", "model.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.Equal(new string('c', 40), File.ReadAllText(scratch.At("hub/models--org--tiny/refs/main")));
        Assert.NotNull(new FileInfo(Path.Combine(folder, "config.json")).LinkTarget);
        Assert.Equal(Some(folder), HubCache.Find(Name, scratch.At("hub")));
        Assert.Equal(None, HubCache.Find(Errors.Value(HubName.Parse("org/other")), scratch.At("hub")));
        int before = hub.Requests.Count;
        Assert.Equal(folder, Errors.Value(Pull()));
        Assert.Equal(before + 1, hub.Requests.Count);
    }

    [Fact]
    public void AConnectionThatDropsIsGoneOnWithWhereItStopped()
    {
        hub.DropAfter = 100_000;
        string folder = Errors.Value(Pull());
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.Equal(
            [null, "100000-", "200000-"], hub.Requests.Where(
                request => request.Path.EndsWith("model.safetensors", StringComparison.Ordinal))
                .Select(request => request.Range));
    }

    [Fact]
    public void WhatStaysUnfinishedIsNamedAndTheNextCallGoesOn()
    {
        hub.DropAfter = 10_000;
        Assert.Contains("goes on where it stopped", Errors.Of(Pull()).Message, StringComparison.Ordinal);
        Assert.Equal(None, HubCache.Find(Name, scratch.At("hub")));
        hub.DropAfter = int.MaxValue;
        _ = Errors.Value(Pull());
        Assert.Equal("60000-", hub.Requests[^1].Range);
    }

    [Fact]
    public void AHubThatKnowsNoRangesIsAskedForTheWhole()
    {
        Directory.CreateDirectory(scratch.At("hub/models--org--tiny/blobs"));
        hub.WholeOnly = true;
        hub.DropAfter = 100_000;
        Assert.Equal(4, Errors.Of(Pull()).ExitCode);
        hub.DropAfter = int.MaxValue;
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(Errors.Value(Pull()), "model.safetensors")));
    }

    [Theory]
    [InlineData("size", "299999", "299999 bytes")]
    [InlineData("size", "300001", "goes on where it stopped")]
    [InlineData("sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "with the hash 0000")]
    [InlineData("sha256", "\"../../../etc\"", "a hash of 64 hexadecimal digits")]
    [InlineData("size", "-1", "a number of bytes")]
    public void AHubThatLiesIsFoundOut(string key, string value, string words)
    {
        hub.Lie = (name, entry) =>
        {
            if (name == "model.safetensors")
            {
                entry[key] = JsonNode.Parse(value);
            }
        };
        Assert.Contains(words, Errors.Of(Pull()).Message, StringComparison.Ordinal);
        Assert.Equal(None, HubCache.Find(Name, scratch.At("hub")));
    }

    [Theory]
    [InlineData("../x.json")]
    [InlineData("/etc/x.json")]
    [InlineData("a/../../x.json")]
    [InlineData("a\\b.json")]
    public void AFileThatLeadsOutOfTheModelIsRefused(string name)
    {
        hub.Files[name] = [1];
        Assert.Contains("names of files inside of the model", Errors.Of(Pull()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTokenGoesToTheHubAloneAndIntoNoMessage()
    {
        using HubServer store = new();
        foreach ((string name, byte[] content) in hub.Files)
        {
            store.Files[name] = content;
        }

        hub.Redirect = store.Address.ToString().TrimEnd('/');
        _ = Errors.Value(Pull());
        Assert.All(hub.Requests, request => Assert.Equal("Bearer " + Secret, request.Token));
        Assert.NotEmpty(store.Requests);
        Assert.All(store.Requests, request => Assert.Null(request.Token));
        hub.Status = 401;
        string message = Errors.Of(Pull()).Message;
        Assert.Contains("HF_TOKEN", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void RedirectsThatNeverEndAndPickledWeightsAloneAreRefused()
    {
        hub.Redirect = hub.Address.ToString().TrimEnd('/');
        Assert.Contains("more than 5 redirects", Errors.Of(Pull()).Message, StringComparison.Ordinal);
        hub.Files.Remove("model.safetensors");
        Assert.Contains("never opened", Errors.Of(Pull()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("org/tiny/more")]
    [InlineData("../tiny")]
    [InlineData("org/..")]
    [InlineData("org/tiny@../x")]
    [InlineData("org/tiny@")]
    [InlineData("")]
    public void OtherNamesAreRefused(string typed) => Assert.Equal(2, Errors.Of(HubName.Parse(typed)).ExitCode);

    private Either<FloeError, string> Pull() => HubPull.Run(Name, hub.Address, Some(Secret), scratch.At("hub"), (_, _, _) => { });
}
