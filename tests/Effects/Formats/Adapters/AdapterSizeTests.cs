using Xunit;
using static Floe.Tests.Effects.Formats.Adapters.AdapterCase;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>An adapter for another base model: both numbers, once for each reason.</summary>
public sealed class AdapterSizeTests
{
    private const string EveryLayer = """{"layers_to_transform": null}""";

    [Fact]
    public void AnotherHiddenSizeIsOneLineWithBothNumbers()
    {
        string message = Errors.Of(Open(model: Model with { Hidden = 32 })).Message;
        Assert.Single(message.Split('\n'));
        Assert.All(["hidden size, 32", "found 16", "and 2 more"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherFFNWidthIsOneLineWithBothNumbers()
    {
        string message = Errors.Of(Open(model: Model with { Neurons = 21 })).Message;
        Assert.Single(message.Split('\n'));
        Assert.All(["FFN width, 21", "found 20"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void OtherHeadsAreNamedWithBothNumbers()
    {
        string message = Errors.Of(Open(
            """{"target_modules": ["q_proj", "k_proj"]}""", modules: On([0], "q_proj", "k_proj"),
            model: Model with { KvHeads = 1, Heads = 5 })).Message;
        Assert.All(["heads times their width, 30", "found 24", "key and value heads times their width, 6", "found 12"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherRankThanTheConfigurationSaysIsOneLine()
    {
        string message = Errors.Of(Open("""{"r": 4}""")).Message;
        Assert.Single(message.Split('\n'));
        Assert.All(["rank, 4", "found 2", "and 5 more"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void MoreLayersThanTheBaseModelAreNamedWithBothNumbers()
    {
        string message = Errors.Of(Open(EveryLayer, modules: FeedForward(0, 1, 2, 3, 4))).Message;
        Assert.Single(message.Split('\n'));
        Assert.All(["0 to 2", "3 layers", "layer 4"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void FewerLayersThanTheBaseModelAreNamedWithBothNumbers()
    {
        string message = Errors.Of(Open(EveryLayer, modules: FeedForward(0))).Message;
        Assert.Single(message.Split('\n'));
        Assert.All(["3 of the base model's 3 layers", "found 1: none of layers 1, 2"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void ATensorOfOtherDimensionsAMissingAndAnUnknownOneAreNamed()
    {
        IEnumerable<(string Name, long[] Shape)> tensors = Of(FeedForward(0))
            .Where(t => !t.Name.Contains("down_proj.lora_A", StringComparison.Ordinal))
            .Select(t => t.Name.Contains("up_proj.lora_B", StringComparison.Ordinal) ? (t.Name, [t.Shape[0] * 2]) : t);
        string message = Errors.Of(Open(tensors: tensors.Concat(Of(On([0], "q_proj"))))).Message;
        Assert.All(
            [
                "down_proj.lora_A.weight: expected a tensor of shape [2, 20]",
                "up_proj.lora_B.weight: expected number of dimensions, 2, found 1",
                "q_proj.lora_A.weight",
            ],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
