using System.Diagnostics;
using System.Text.Json;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Runs;
using Floe.Effects.Training;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Bench;

/// <summary>One program in one mode, alone in its process: Floe in a type, or the plain decoder. Prints one JSON object.</summary>
internal static class EngineOne
{
    public const int Batch = 4, Length = 128;
    private const int Rank = 8, Steps = 3;
    private const double Alpha = 32, Rate = 2e-4;

    public static int Run(string[] arguments)
    {
        (string program, string mode, string path) = (arguments[0], arguments[1], arguments[2]);
        using Checkpoint checkpoint = Checkpoints.Open(path).Value();
        int[] layers = mode == "train-8" ? Spread(checkpoint.Config.Layers) : [.. Enumerable.Range(0, checkpoint.Config.Layers)];
        (double[] seconds, double loss) = program == "plain" ? Plain(checkpoint, mode, layers) : Own(checkpoint, mode, layers, WeightTypes.Of(program));
        long peak = PeakMemory.Bytes();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            tokens_per_second = Batch * Length / seconds.Skip(1).Min(),
            loss,
            peak_mb = peak / 1e6,
            gemm_gflops = Rates(program == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32),
            threads = get_num_threads(),
        }));
        return 0;
    }

    /// <summary>Eight layers, evenly over the depth.</summary>
    public static int[] Spread(int layers) => [.. Enumerable.Range(0, 8).Select(i => i * layers / 8)];

    private static (double[] Seconds, double Loss) Own(Checkpoint checkpoint, string mode, int[] layers, WeightType type)
    {
        using Decoder model = DecoderLoading.Load(checkpoint, CPU, type).Value();
        int[] ids = LoadedModel.Stream(Batch * Length, model.Config.Vocabulary);
        if (mode == "forward")
        {
            TokenBatch tokens = TokenBatch.Of(
                model.Config, Enumerable.Range(0, Batch).Select(b => (ReadOnlyMemory<int>)ids.AsMemory(b * Length, Length))).Value();
            return Timed(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable frozen = no_grad();
                using BatchTensors batch = BatchTensors.Of(model, tokens);
                return DecoderPass.Logits(model, DecoderPass.Run(model, batch)).narrow(0, 0, 1).mean().item<float>();
            });
        }

        TokenizedSample[] samples = [.. Enumerable.Range(0, Batch).Select(b => LossBatch.AllSupervised(ids.AsMemory(b * Length, Length)))];
        AdapterPlan plan = (Presets.Lora.Adapter with { Dropout = 0 }).On(layers);
        using AdapterSet adapters = AdapterSets.Create(plan, model, 0).Value();
        using Optimizer optimizer = new([.. adapters.Parameters], new AdamWOptions());
        List<double> seconds = [];
        double first = double.NaN;
        OptimizerLoop.Run(
            new TrainingTask(Steps + 1, _ => samples, _ => Rate, optimizer.Options), optimizer, AdapterTraining.Accumulate(model, adapters), 0,
            step =>
            {
                seconds.Add(step.Seconds);
                first = step.Step == 0 ? step.Loss : first;
                return unit;
            },
            CancellationToken.None).Value();
        return ([.. seconds], first);
    }

    private static (double[] Seconds, double Loss) Plain(Checkpoint checkpoint, string mode, int[] layers)
    {
        using PlainDecoder model = new(checkpoint, [.. mode == "forward" ? [] : layers], Rank, Alpha);
        int[] ids = LoadedModel.Stream(Batch * Length, checkpoint.Config.Vocabulary);
        using Tensor batch = tensor(System.Array.ConvertAll(ids, id => (long)id), [Batch, Length]);
        if (mode == "forward")
        {
            return Timed(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable frozen = no_grad();
                return model.forward(batch).narrow(1, 0, 1).narrow(0, 0, 1).mean().item<float>();
            });
        }

        TorchSharp.Modules.Parameter[] trainable = [.. model.parameters().Where(p => p.requires_grad)];
        optim.Optimizer optimizer = optim.AdamW(trainable, Rate, weight_decay: 0);
        return Timed(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor logits = model.forward(batch);
            Tensor loss = nn.functional.cross_entropy(
                logits.narrow(1, 0, Length - 1).reshape(-1, checkpoint.Config.Vocabulary), batch.narrow(1, 1, Length - 1).reshape(-1));
            loss.backward();
            nn.utils.clip_grad_norm_(trainable, 1.0);
            optimizer.step();
            return loss.item<float>();
        });
    }

    private static (double[] Seconds, double Loss) Timed(Func<float> work)
    {
        List<double> seconds = [];
        double first = double.NaN;
        for (int i = 0; i < Steps + 1; i++)
        {
            long start = Stopwatch.GetTimestamp();
            float value = work();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            first = i == 0 ? value : first;
        }

        return ([.. seconds], first);
    }

    private static double Rates(ScalarType type)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones(1024, 1024).to(type);
        return Enumerable.Range(0, 8).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = a.mm(a);
            return 2e-9 * 1024 * 1024 * 1024 / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Max();
    }
}
