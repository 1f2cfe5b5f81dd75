using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects;
using Floe.Effects.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Training;

/// <summary>Training that is stopped and resumed ends with the bytes of one that was not; what diverges says where.</summary>
public sealed class AdapterRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("floe-training-").FullName;
    private readonly List<string> warnings = [];
    private readonly List<long> done = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AStoppedRunResumesToTheSameBytes() => WithModel(model =>
    {
        (float[] whole, string[] wholeSteps) = Train(model, "whole", stopAt: int.MaxValue);
        Train(model, "parts", stopAt: 3);
        (float[] parts, string[] partSteps) = Train(model, "parts", stopAt: int.MaxValue);
        Assert.Equal(whole, parts);
        Assert.Equal(wholeSteps, partSteps);
    });

    [Fact]
    public void ACheckpointOfAnotherRunIsNamedAndKeptAndItsOwnRunGoesOnFromIt() => WithModel(model =>
    {
        (float[] whole, string[] wholeSteps) = Train(model, "whole", stopAt: int.MaxValue);
        Train(model, "a", stopAt: 3);
        Assert.Empty(warnings);

        (float[] other, string[] steps) = Train(model, "a", stopAt: int.MaxValue, rate: "another");
        Assert.Equal(whole, other);
        Assert.Equal(wholeSteps, steps);
        string warning = Assert.Single(warnings);
        Assert.Contains(Files("a", "id").Checkpoint, warning, StringComparison.Ordinal);
        Assert.Contains("stopped after step 3", warning, StringComparison.Ordinal);
        Assert.Contains("rate is \"id\" there, \"another\" here", warning, StringComparison.Ordinal);

        done.Clear();
        (float[] again, string[] againSteps) = Train(model, "a", stopAt: int.MaxValue);
        Assert.Equal(4, done[0]);
        Assert.Equal(whole, again);
        Assert.Equal(wholeSteps, againSteps);
    });

    [Fact]
    public void AFileThatIsNoCheckpointOfThisVersionIsNamedAndKept() => WithModel(model =>
    {
        string old = Path.Combine(folder, "old", ".checkpoint");
        Directory.CreateDirectory(Path.GetDirectoryName(old)!);
        File.WriteAllText(old, "FLOECKPT of another version");
        Train(model, "old", stopAt: int.MaxValue);
        Assert.Contains(old, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(old));
    });

    [Fact]
    public void ADamagedCheckpointIsAnError() => WithModel(model =>
    {
        Train(model, "damaged", stopAt: 3);
        string file = Files("damaged", "id").Checkpoint;
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.True(TrainingCheckpoint.Read(file).Match(Right: _ => false, Left: e => e is FloeError.BadData));
    });

    [Fact]
    public void ALossThatIsNotFiniteNamesItsStep() => WithModel(model =>
    {
        Either<FloeError, (AdapterSet Adapter, int Steps)> run = Run(model, Task(model, peak: 1e30), Files("nan", "id"), int.MaxValue);
        FloeError error = run.Match(Right: _ => null!, Left: e => e);
        Assert.StartsWith("step ", Assert.IsType<FloeError.BadData>(error).Where, StringComparison.Ordinal);
        Assert.Equal(3, error.ExitCode);
    });

    [Fact]
    public void TrainingLeavesNoTensorBehind() => WithModel(model =>
    {
        Train(model, "first", stopAt: int.MaxValue);
        using LiveTensors live = new();
        Train(model, "second", stopAt: int.MaxValue);
    });

    private (float[] Values, string[] Steps) Train(Decoder model, string name, int stopAt, string rate = "id")
    {
        TrainingFiles files = Files(name, rate);
        (AdapterSet adapter, _) = Run(model, Task(model, peak: 1e-2), files, stopAt)
            .Match(Right: r => r, Left: e => throw new InvalidOperationException(e.Message));
        using AdapterSet held = adapter;
        IReadOnlyList<NamedTensor> tensors = AdapterTensors.Export(adapter)
            .Match(Right: t => t, Left: e => throw new InvalidOperationException(e.Message));
        string[] steps = Journal.Read(files.Journal).Match(Right: j => j.Lines.ToArray(), Left: _ => []);
        return ([.. tensors.SelectMany(t => t.Values.ToArray())], [
            .. steps.Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])]);
    }

    private Either<FloeError, (AdapterSet Adapter, int Steps)> Run(Decoder model, TrainingTask task, TrainingFiles files, int stopAt)
    {
        using CancellationTokenSource stop = new();
        AdapterPlan plan = new(new AdapterKind.Hydra(), Array(Projection.Gate, Projection.Down), Array(new LayerAdapter(1, 2, 2)), 4, 0.1);
        return AdapterRun.Train(model, plan, task, files, Watch, stop.Token);

        void Watch(StageProgress progress)
        {
            done.Add(progress.Done);
            if (progress.Done >= stopAt)
            {
                stop.Cancel();
            }
        }
    }

    private TrainingFiles Files(string name, string rate) =>
        new(Path.Combine(folder, name, "run.jsonl"), Fingerprint.Of(("rate", rate)), warnings.Add, Every: 2);

    private static TrainingTask Task(Decoder model, double peak) => TrainingTask.Of(
        new TrainingOptions(Steps: 8, Batch: 2, LearningRate: peak),
        [.. Enumerable.Range(0, 6).Select(s => new TokenizedSample(
            toArray(Enumerable.Range(0, 7).Select(i => ((s * 13) + (i * 5)) % model.Config.Vocabulary)), Array(
                false, false, false, true, true, true, true)))]);

    private static void WithModel(Action<Decoder> use)
    {
        string? path = Directory.GetDirectories(FixtureFolders.At("models")).Order(StringComparer.Ordinal)
            .FirstOrDefault(path => Checkpoints.Open(path).Match(Right: c => { c.Dispose(); return true; }, Left: _ => false));
        Assert.NotNull(path);
        using Checkpoint checkpoint = Checkpoints.Open(path)
            .Match(Right: c => c, Left: e => throw new InvalidOperationException(e.Message));
        using Decoder model = DecoderLoading.Load(checkpoint, torch.CPU)
            .Match(Right: m => m, Left: e => throw new InvalidOperationException(e.Message));
        use(model);
    }
}
