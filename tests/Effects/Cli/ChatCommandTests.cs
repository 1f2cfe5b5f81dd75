using System.Text.Json.Nodes;
using Floe.Cli.Commands;
using Floe.Cli.Shell;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>Conversations on the command line, with the embedded model and a chat template of its own.</summary>
public sealed class ChatCommandTests : IDisposable
{
    private const string Template =
        "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% "
            + "endif %}";

    private readonly Scratch scratch = new();
    private readonly string model;

    public ChatCommandTests()
    {
        model = scratch.At("model");
        Directory.CreateDirectory(model);
        foreach (string file in Directory.GetFiles(Embedded.Model))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(model, "chat_template.jinja"), Template);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AConversationGoesOnFromWhatWasSaid()
    {
        string first = Talk("Once upon a time\n", "--tokens", "6").Out;
        Assert.Equal(first + first + first, Talk("Once upon a time\n/again\n/new\nOnce upon a time\n", "--tokens", "6").Out);
        FloeProcess second = Embedded.Done(
            "generate", "--model", model, "--tokens", "6", "--prompt",
                $"user: Once upon a time\nassistant: {first[..^1]}\nuser: and then\nassistant: ");
        Assert.Equal(first + second.Out, Talk("Once upon a time\nand then\n", "--tokens", "6").Out);
    }

    [Fact]
    public void WhatIsNoCommandIsSaidAndASystemMessageCounts()
    {
        FloeProcess floe = Talk("/what\n/adapter\n/again\n\n/quit\nOnce\n", "--tokens", "3", "--system", "Be kind.");
        Assert.Equal((0, ""), (floe.Code, floe.Out));
        Assert.Contains("/what is none of these", floe.Error, StringComparison.Ordinal);
        Assert.Contains("there is no adapter", floe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheAdapterIsSwitchedOffAndOnToCompare()
    {
        Embedded.Done(
            "adapt", "--model", model, "--data", Embedded.Sample(scratch), "--layers", "all", "--steps", "4", "--batch", "2", "--length",
                "32", "--learning-rate", "0.05", "--out", scratch.At("adapter"));
        string[] options = ["--tokens", "8", "--adapter", scratch.At("adapter")];
        string adapted = Talk("Once upon a time\n", options).Out, plain = Talk("Once upon a time\n", "--tokens", "8").Out;
        Assert.NotEqual(plain, adapted);
        FloeProcess both = Talk("Once upon a time\n/adapter\n/again\n/adapter\n/again\n", options);
        Assert.Equal(adapted + plain + adapted, both.Out);
        Assert.Contains("the adapter is off", both.Error, StringComparison.Ordinal);
        Assert.Contains("the adapter is on", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AStopTextEndsAnAnswerAndIsNotPrinted()
    {
        string text = Embedded.Done("generate", "--model", model, "--prompt", "Once upon a time", "--tokens", "24").Out.TrimEnd('\n');
        string stop = text[8..12];
        string cut = Embedded.Done(
            "generate", "--model", model, "--prompt", "Once upon a time", "--tokens", "24", "--stop", stop).Out.TrimEnd('\n');
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], cut);
        Assert.Equal(2, Embedded.Run("generate", "--model", model, "--prompt", "a", "--stop", "").Code);
    }

    [Fact]
    public void EveryPromptOfAFileIsContinuedAsAlone()
    {
        string[] prompts = [.. Enumerable.Range(0, 18).Select(at => string.Join(' ', Enumerable.Repeat("Once upon a time", 1 + (at % 3))))];
        File.WriteAllText(scratch.At("p.txt"), string.Join("\n", prompts) + "\n\n");
        JsonNode[] rows = [.. Embedded.Done("generate", "--model", model, "--prompts", scratch.At("p.txt"), "--tokens", "8").Out
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(prompts, rows.Select(row => row["prompt"]!.GetValue<string>()));
        for (int at = 15; at < 18; at++)
        {
            string alone = Embedded.Done("generate", "--model", model, "--prompt", prompts[at], "--tokens", "8", "--json").Out;
            Assert.Equal(JsonNode.Parse(alone)!.ToJsonString(), rows[at].ToJsonString());
        }

        File.WriteAllText(
            scratch.At("s.jsonl"), """{"messages": [{"role": "user", "content": "Once"}, {"role": "assistant", "content": "no"}]}""");
        string said = Embedded.Done("generate", "--model", model, "--prompts", scratch.At("s.jsonl"), "--tokens", "6").Out;
        Assert.Equal(Talk("Once\n", "--tokens", "6").Out.TrimEnd('\n'), JsonNode.Parse(said)!["text"]!.GetValue<string>());
        File.WriteAllText(scratch.At("l.txt"), "short\n" + string.Concat(Enumerable.Repeat(" boat", 300)));
        FloeProcess refused = Embedded.Run("generate", "--model", model, "--prompts", scratch.At("l.txt"));
        Assert.Equal((3, ""), (refused.Code, refused.Out));
        Assert.Contains("line 2", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, Embedded.Run("generate", "--model", model, "--prompts", scratch.At("l.txt"), "--prompt", "a").Code);
    }

    [Theory]
    [InlineData("--temperature 0.9 --top-k 1")]
    [InlineData("--temperature 0.9 --min-p 1")]
    [InlineData("--temperature 0.9 --top-p 0.000001")]
    public void DrawingFromTheLikeliestAloneIsGreedy(string options)
    {
        string[] call = ["generate", "--model", model, "--prompt", "Once upon a time", "--tokens", "16"];
        Assert.Equal(Embedded.Done(call).Out, Embedded.Done([.. call, .. options.Split(' ')]).Out);
    }

    [Fact]
    public void TheSameSeedDrawsTheSameTextAndAPenaltyChangesIt()
    {
        string[] call = [
            "generate", "--model", model, "--prompt", "Once upon a time", "--tokens", "20", "--temperature", "1", "--top-k", "40",
                "--top-p", "0.95", "--min-p", "0.01"];
        Assert.Equal(Embedded.Done(call).Out, Embedded.Done(call).Out);
        Assert.NotEqual(Embedded.Done(call).Out, Embedded.Done([.. call, "--seed", "7"]).Out);
        string[] greedy = ["generate", "--model", model, "--prompt", "the the the the", "--tokens", "20"];
        Assert.NotEqual(Embedded.Done(greedy).Out, Embedded.Done([.. greedy, "--repetition-penalty", "5"]).Out);
        Assert.Contains("--top-k", Embedded.Run([.. greedy, "--top-k", "3"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectShowsASampleAsTheModelReadsIt()
    {
        File.WriteAllText(scratch.At("d.jsonl"), """{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}""");
        JsonNode page = JsonNode.Parse(Embedded.Done("inspect", scratch.At("d.jsonl"), "--model", model, "--json").Out)!;
        Assert.StartsWith("user: hi\nassistant: [[ho\n", page["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1 of messages", page["forms"]![0]!.GetValue<string>());
        Assert.True(page["learnt"]!.GetValue<long>() < page["tokens"]!.GetValue<long>());
    }

    private FloeProcess Talk(string input, params string[] options)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new();
        using StringReader turns = new(input);
        int code = Host.Run(
            ["chat", "--model", model, .. options],
            Catalogue.Root,
            new Terminal(output, error, Colour: false, Live: false, Width: 100, CancellationToken.None) { In = () => turns });
        return new FloeProcess(code, output.ToString(), error.ToString());
    }
}
