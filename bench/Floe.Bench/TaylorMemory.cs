using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Effects.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Bench;

/// <summary>Peak memory over the weights: Taylor collection against a plain backward through the whole model. One process each.</summary>
internal static class TaylorMemory
{
    private const int Sequences = 8, Length = 128;

    public static int Run(string[] arguments)
    {
        JsonElement plain = Child("plain", arguments[0]), stream = Child("stream", arguments[0]);
        double before = plain.GetProperty("added_mb").GetDouble(), after = stream.GetProperty("added_mb").GetDouble();
        Console.WriteLine("| collection | seconds | peak over the weights, MB |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| plain backward | {plain.GetProperty("seconds").GetDouble():F1} | {before:F0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| Floe, layer by layer | {stream.GetProperty("seconds").GetDouble():F1} | {after:F0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nratio {after / before:F3}"));
        return after <= 0.35 * before ? 0 : 5;
    }

    public static int One(string[] arguments)
    {
        using Decoder model = LoadedModel.Open(arguments[1..]);
        int[] ids = LoadedModel.Stream(Sequences * Length, model.Config.Vocabulary);
        ReadOnlyMemory<int>[] blocks = [.. Enumerable.Range(0, Sequences).Select(s => (ReadOnlyMemory<int>)ids.AsMemory(s * Length, Length))];
        PeakMemory.Reset();
        long weights = PeakMemory.Bytes();
        long start = Stopwatch.GetTimestamp();
        if (arguments[0] == "plain")
        {
            Plain(model, ids, blocks);
        }
        else
        {
            TaylorCollection.Run(model, blocks, new TaylorOptions()).Value();
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            added_mb = (PeakMemory.Bytes() - weights) / 1e6,
        }));
        return 0;
    }

    private static void Plain(Decoder model, int[] ids, ReadOnlyMemory<int>[] blocks)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (Tensor weight in model.Layers.SelectMany(layer => layer.Tensors))
        {
            weight.requires_grad_();
        }

        using BatchTensors batch = BatchTensors.Of(model, TokenBatch.Of(model.Config, blocks).Value());
        Tensor hidden = DecoderPass.Run(model, batch, masks: _ => null);
        Tensor logits = DecoderPass.Logits(model, hidden).view(Sequences, Length, model.Config.Vocabulary);
        Tensor targets = tensor(Array.ConvertAll(ids, id => (long)id), [Sequences, Length]);
        nn.functional.cross_entropy(
            logits.narrow(1, 0, Length - 1).reshape(-1, model.Config.Vocabulary), targets.narrow(1, 1, Length - 1).reshape(-1)).backward();
    }

    private static JsonElement Child(string how, string model)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (string argument in (string[])["taylor-one", how, model])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonDocument.Parse(output).RootElement : throw new InvalidOperationException($"the {how} run ended with {process.ExitCode}");
    }
}
