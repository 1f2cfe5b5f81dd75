using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Which way products go, and bfloat16 beside float32.</summary>
public class ProductTests
{
    [Theory]
    [InlineData(100, 124, ProductWay.Mkl)]
    [InlineData(100, 125, ProductWay.OneDnn)]
    [InlineData(100, 0, ProductWay.Mkl)]
    public void OneDnnIsTakenWhereItIsAQuarterFaster(double mkl, double oneDnn, object expected) =>
        Assert.Equal(expected, Products.Choose(mkl, oneDnn));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("mkl", ProductWay.Mkl)]
    [InlineData("onednn", ProductWay.OneDnn)]
    public void TheEnvironmentMayChoose(string? word, object? expected) =>
        Assert.Equal(Optional((ProductWay?)expected), TinyDecoder.Right(Products.Asked(word)));

    [Theory]
    [InlineData("MKL")]
    [InlineData("openblas")]
    public void AnotherWordIsAUsageErrorThatNamesBoth(string word)
    {
        FloeError.Usage error = Assert.IsType<FloeError.Usage>(TinyDecoder.Left(Products.Asked(word)));
        Assert.Equal("mkl or onednn", error.Expected);
    }

    [Fact]
    public void AWrongWordEndsACommandBeforeItsModelIsRead()
    {
        FloeProcess floe = FloeProcess.Shell($"export FLOE_PRODUCTS=fast; floe generate --model {Embedded.Model} --prompt boat --tokens 1");
        Assert.Equal(2, floe.Code);
        Assert.Contains("FLOE_PRODUCTS", floe.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 100, 700, false)]
    [InlineData(true, 100, 99, false)]
    [InlineData(true, 100, 100, true)]
    [InlineData(null, 100, 300, true)]
    [InlineData(null, 100, 2, false)]
    public void Bfloat16IsTakenWhereTheProcessorHasItAndItIsFaster(bool? instructions, double float32, double bfloat16, bool taken)
    {
        Either<FloeError, Unit> judged = WeightTypes.Judge(instructions, float32, bfloat16);
        Assert.Equal(taken, judged.IsRight);
        judged.IfLeft(error => Assert.Equal(3, Assert.IsType<FloeError.Unsupported>(error).ExitCode));
    }

    [Fact]
    public void TheEmbeddedModelTrainsInBothTypesToCloseLosses()
    {
        using Checkpoint checkpoint = TinyDecoder.Right(Checkpoints.Open(Embedded.Model));
        using (new LiveTensors())
        {
            double[] exact = Losses(checkpoint, WeightType.Float32);
            if (WeightType.BFloat16.Check(CPU).IsLeft)
            {
                Assert.IsType<FloeError.Unsupported>(TinyDecoder.Left(DecoderLoading.Load(checkpoint, CPU, WeightType.BFloat16)));
                return;
            }

            double[] rounded = Losses(checkpoint, WeightType.BFloat16);
            Assert.True(exact[^1] < exact[0] - 0.5, string.Join(' ', exact));
            Assert.All(exact.Zip(rounded), pair => Assert.InRange(pair.Item2 - pair.Item1, -0.05, 0.05));
            Assert.NotEqual(exact, rounded);
        }
    }

    private static double[] Losses(Checkpoint checkpoint, WeightType type)
    {
        using Decoder model = TinyDecoder.Right(DecoderLoading.Load(checkpoint, CPU, type));
        Assert.Equal(type, model.Weights);
        Assert.All(model.Layers, layer => Assert.Equal((ScalarType.Float32, type.Scalar()), (layer.MlpNorm.dtype, layer.Down.dtype)));
        TokenizedSample[] samples =
        [
            .. Enumerable.Range(0, 4).Select(s => LossBatch.AllSupervised(
                Enumerable.Range(0, 24).Select(i => ((s * 31) + (i % 6 * 7)) % model.Config.Vocabulary).ToArray())),
        ];
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(
            (Presets.Floe.Adapter with { Dropout = 0 }).On(Enumerable.Range(0, model.Config.Layers)), model, 1));
        using Optimizer optimizer = new([.. adapters.Parameters], new AdamWOptions());
        List<double> losses = [];
        TinyDecoder.Right(OptimizerLoop.Run(
            new TrainingTask(12, _ => samples, _ => 2e-3, optimizer.Options), optimizer, AdapterTraining.Accumulate(model, adapters), 0,
            step =>
            {
                losses.Add(step.Loss);
                return unit;
            },
            CancellationToken.None));
        return [.. losses];
    }
}
