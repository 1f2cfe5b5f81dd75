using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Floe.Effects.Formats;

namespace Floe.Bench;

/// <summary>Forward and training speed beside plain TorchSharp, in one run and in turn, each in a process of its own.</summary>
internal static class EngineAgainstPlain
{
    private const int Rounds = 2;
    private static readonly string[] Programs = ["plain", "float32", "bfloat16"];
    private static readonly string[] Modes = ["forward", "train-all", "train-8"];

    public static int Run(string[] arguments)
    {
        if (arguments is not [string model, ..])
        {
            Console.Error.WriteLine("usage: floe-bench engine MODEL [MODE ...]");
            return 2;
        }

        DecoderConfig config;
        using (Checkpoint checkpoint = Checkpoints.Open(model).Value())
        {
            config = checkpoint.Config;
        }

        Console.WriteLine("| mode | program | tokens/s | of plain | peak memory, MB | share of its GEMM rate | first loss |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (string mode in arguments.Length > 1 ? arguments[1..] : Modes)
        {
            Dictionary<string, List<JsonElement>> found = Programs.ToDictionary(p => p, _ => new List<JsonElement>());
            for (int round = 0; round < Rounds; round++)
            {
                foreach (string program in Programs)
                {
                    found[program].Add(Child(program, mode, model));
                }
            }

            // The best of the rounds: what else the machine does only ever takes away.
            double plain = found["plain"].Max(Rate);
            foreach (string program in Programs)
            {
                double rate = found[program].Max(Rate), gemm = found[program].Max(r => r.GetProperty("gemm_gflops").GetDouble());
                string loss = mode == "forward" ? "" : found[program][0].GetProperty("loss").GetDouble().ToString("F4", CultureInfo.InvariantCulture);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {mode} | {program} | {rate:F0} | {rate / plain:F2} | {found[program].Max(r => r.GetProperty("peak_mb").GetDouble()):F0} | "
                    + $"{Operations(config, mode) * rate / (gemm * 1e9):P0} of {gemm:F0} GFLOP/s | {loss} |"));
            }
        }

        return 0;
    }

    private static double Rate(JsonElement one) => one.GetProperty("tokens_per_second").GetDouble();

    // Multiply-adds of the linear layers and the head, two operations each; training adds the backward of the layers above the lowest adapted one, and of the head.
    private static double Operations(DecoderConfig c, string mode)
    {
        double layer = ((double)c.Hidden * ((2.0 * c.Heads) + (2.0 * c.KvHeads)) * c.HeadDim) + (3.0 * c.Hidden * c.Neurons);
        double head = (double)c.Vocabulary * c.Hidden;
        double back = mode == "forward" ? 0 : (layer * c.Layers) + head;
        return 2.0 * ((layer * c.Layers) + head + back);
    }

    private static JsonElement Child(string program, string mode, string model)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (string argument in (string[])["engine-one", program, mode, model])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement
            : throw new InvalidOperationException($"{program}, {mode} ended with {process.ExitCode}");
    }
}
