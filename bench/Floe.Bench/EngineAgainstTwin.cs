using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Models;
using Floe.Effects.Training;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Bench;

/// <summary>
/// Forward and training speed beside the PyTorch twin, in one run and in turn: the twin as it is installed, and the twin with the machine's best BLAS
/// and thread count.
/// </summary>
internal static class EngineAgainstTwin
{
    private const int Batch = 4, Length = 128, Rounds = 4, Steps = 4;

    public static int Run(string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("floe-twin-").FullName;
        try
        {
            using (Checkpoint checkpoint = Checkpoints.Open(arguments[0]).Value())
            {
                Export(checkpoint, folder);
            }

            using Decoder model = LoadedModel.Open(arguments);
            string[] names = ["Floe", "twin as installed", "twin, best BLAS and threads"];
            Console.WriteLine("| mode | program | tokens/s | Floe's ratio | share of its SGEMM rate |");
            Console.WriteLine("|---|---|---|---|---|");
            foreach (string mode in new[] { "forward", "train" })
            {
                List<(double Rate, double Gflops)>[] runs = [[], [], []];
                for (int round = 0; round < Rounds; round++)
                {
                    runs[0].Add((Batch * Length / Seconds(model, mode), MachineCheck.Run().Value().SgemmGigaflops));
                    runs[1].Add(Twin(folder, mode, 0));
                    runs[2].Add(Twin(folder, mode, Environment.ProcessorCount, BestBlas()));
                }

                // The best of the rounds: what else the machine does only ever takes away.
                double own = runs[0].Max(r => r.Rate);
                for (int i = 0; i < names.Length; i++)
                {
                    double rate = runs[i].Max(r => r.Rate);
                    double share = Operations(model, mode) * rate / (runs[i].Max(r => r.Gflops) * 1e9);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {mode} | {names[i]} | {rate:F0} | {own / rate:F2} | {share:P0} |"));
                }
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Multiply-adds of the linear layers and the head, two operations each; a training step adds the backward with respect to activations.
    private static double Operations(Decoder model, string mode)
    {
        double linear = model.Layers.Sum(l => l.Qkv.numel() + l.Output.numel() + l.GateUp.numel() + l.Down.numel()) + model.Head.numel();
        return 2.0 * linear * (mode == "forward" ? 1 : 2);
    }

    private static double Seconds(Decoder model, string mode) => mode == "forward" ? Forward(model) : Train(model);

    private static double Forward(Decoder model)
    {
        int[] ids = LoadedModel.Stream(Batch * Length, model.Config.Vocabulary);
        TokenBatch tokens = TokenBatch.Of(model.Config, Enumerable.Range(0, Batch).Select(b => (ReadOnlyMemory<int>)ids.AsMemory(b * Length, Length))).Value();
        return LoadedModel.Median(Enumerable.Range(0, Steps + 1).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            using BatchTensors batch = BatchTensors.Of(model, tokens);
            DecoderPass.Logits(model, DecoderPass.Run(model, batch));
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Skip(1));
    }

    private static double Train(Decoder model)
    {
        int[] ids = LoadedModel.Stream(Batch * Length, model.Config.Vocabulary);
        TokenizedSample[] samples =
        [
            .. Enumerable.Range(0, Batch).Select(b => new TokenizedSample(
                toArray(ids.Skip(b * Length).Take(Length)), toArray(Enumerable.Range(0, Length).Select(i => i > 0)))),
        ];
        AdapterPlan plan = (Presets.Floe with { Dropout = 0 }).On(Enumerable.Range(0, model.Layers.Count));
        using AdapterSet adapters = AdapterSets.Create(plan, model.Shape, 0, CPU).Value();
        using Optimizer optimizer = new([.. adapters.Parameters], new AdamWOptions());
        List<double> seconds = [];
        OptimizerLoop.Run(new TrainingTask(Steps + 1, _ => samples, _ => 2e-4, optimizer.Options), optimizer, AdapterTraining.Accumulate(model, adapters), 0, step =>
        {
            seconds.Add(step.Seconds);
            return unit;
        }, CancellationToken.None).Value();
        return LoadedModel.Median(seconds.Skip(1));
    }

    private static (double Rate, double Gflops) Twin(string folder, string mode, int threads, params (string, string?)[] environment)
    {
        JsonElement answer = Peer.Run("twin_torch.py",
        [
            "--model", folder, "--mode", mode, "--batch", Text(Batch), "--length", Text(Length), "--steps", Text(Steps), "--threads", Text(threads),
        ], environment);
        return (answer.GetProperty("tokens_per_second").GetDouble(), answer.GetProperty("sgemm_gflops").GetDouble());
    }

    // One OpenMP pool for PyTorch and its BLAS (two pools on the same cores wait for one another), and the kernels that OpenBLAS chooses by itself.
    private static (string, string?)[] BestBlas()
    {
        string? openmp = Directory.Exists("/usr/lib") ? Directory.GetDirectories("/usr/lib", "*-linux-gnu*").Select(d => Path.Combine(d, "openblas-openmp"))
            .FirstOrDefault(Directory.Exists) : null;
        string threads = Text(Environment.ProcessorCount);
        (string, string?)[] settings = [("OMP_NUM_THREADS", threads), ("OPENBLAS_CORETYPE", null)];
        return openmp is null ? settings : [.. settings, ("LD_LIBRARY_PATH", openmp)];
    }

    private static void Export(Checkpoint checkpoint, string folder) => CheckpointWriter.Write(folder, checkpoint.Config, ElementType.F32, name =>
    {
        float[] values = new float[checkpoint.Weights.Tensors[name].Elements];
        checkpoint.Weights.ReadFloat32(name, values).Value();
        return values;
    }).Value();

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
