// One process, one setting of the environment: times LoRA training steps of a small decoder-shaped network and a matrix product, and prints
// "median step in ms, product in GFLOP/s, peak memory in MB". bench/threads.sh runs it under each setting.
using System.Diagnostics;
using System.Globalization;
using Floe.Bench.Threads;
using TorchSharp;

int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
torch.manual_seed(0);
using SmallDecoder network = new();
using TorchSharp.Modules.AdamW optimizer = torch.optim.AdamW(network.Adapters, lr: 1e-3);
List<double> milliseconds = [];
for (int i = 0; i <= steps; i++)
{
    long start = Stopwatch.GetTimestamp();
    network.Step();
    optimizer.step();
    optimizer.zero_grad();
    milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}

milliseconds.RemoveAt(0);
milliseconds.Sort();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{milliseconds[milliseconds.Count / 2]:F0} {Product():F0} {Process.GetCurrentProcess().PeakWorkingSet64 >> 20}"));

static double Product()
{
    using DisposeScope scope = torch.NewDisposeScope();
    torch.Tensor a = torch.ones(1024, 1024);
    a.mm(a);
    double best = 0;
    for (int i = 0; i < 5; i++)
    {
        long start = Stopwatch.GetTimestamp();
        a.mm(a);
        best = Math.Max(best, 2e-9 * Math.Pow(1024, 3) / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    return best;
}
