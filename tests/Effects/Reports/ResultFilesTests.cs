using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Results;
using Floe.Tests.Properties.Reports;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Reports;

/// <summary>The result files of a run come back as they went, and damage is an error that names the place.</summary>
public sealed class ResultFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("floe-results-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AComparisonComesBackWithEveryDigitAndEveryGap()
    {
        RunReport run = SampleReports.Full();
        var comparison = new Comparison(
            run.Base, run.Outcomes.Add(
                new PolicyOutcome(
                    "last", Prelude.Array(28, 29), Option<long>.None, 1.0 / 3, Option<double>.None, Option<double>.None,
                        Option<double>.None, Option<long>.None)));
        Expect.Right(ComparisonFile.Write(At("compare.json"), comparison));
        Assert.Equal(comparison, Expect.Right(ComparisonFile.Read(At("compare.json"))));
    }

    [Fact]
    public void SamplesAndEvaluationsComeBack()
    {
        foreach (SampleText sample in SampleReports.Full().Samples)
        {
            Expect.Right(SampleFile.Append(At("samples.jsonl"), sample));
        }

        Assert.Equal(SampleReports.Full().Samples, Expect.Right(SampleFile.Read(At("samples.jsonl"))));
        var result = new EvaluationResult(2.3456789, Math.Exp(2.3456789), 1234, 20, 0.35);
        Expect.Right(EvaluationFile.Write(At("eval.json"), result));
        Assert.Equal(result, Expect.Right(EvaluationFile.Read(At("eval.json"))));
        result = result with { Data = new string('c', 64), SampleLosses = Prelude.Array(1.0, 0.1) };
        Expect.Right(EvaluationFile.Write(At("eval.json"), result));
        Assert.Equal(result, Expect.Right(EvaluationFile.Read(At("eval.json"))));
        File.WriteAllText(At("eval.json"), """{"floe.format":"eval/1","loss":1,"perplexity":2,"data":3}""");
        Assert.Contains("data", EvaluationFile.Read(At("eval.json")).Match(Right: _ => "", Left: e => e.Message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "floe.format")]
    [InlineData("{\"floe.format\":\"compare/2\",\"policies\":[]}", "compare/2")]
    [InlineData("{\"floe.format\":\"compare/1\"}", "policies")]
    [InlineData("{\"floe.format\":\"compare/1\",\"policies\":[{\"policy\":\"all\",\"layers\":[0.5]}]}", "policies[0]: layers")]
    [InlineData(
        "{\"floe.format\":\"compare/1\",\"policies\":[{\"policy\":\"all\",\"layers\":[0],\"seconds\":\"long\"}]}", "policies[0]: seconds")]
    [InlineData("[1]", "compare.json")]
    [InlineData("not json", "compare.json")]
    public void ADamagedComparisonIsAnErrorThatNamesThePlace(string text, string place)
    {
        File.WriteAllText(At("compare.json"), text);
        FloeError error = ComparisonFile.Read(At("compare.json"))
            .Match(Right: _ => throw new Xunit.Sdk.XunitException("it was read"), Left: e => e);
        Assert.IsType<FloeError.BadData>(error);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(folder, name);
}
