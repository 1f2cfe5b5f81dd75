using System.Text.Json;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary><c>floe allocate</c> on the layers of a selection; where it writes is what <c>floe adapt --plan</c> reads.</summary>
public sealed class AllocateCommandTests
{
    private static readonly ModelShape Shape = new(6, 4, 2, 24, 32, 8);

    [Fact]
    public void LayersOfMoreImportanceGetMoreWithinTheBudget()
    {
        using Scratch scratch = new();
        Select(scratch, Shape);
        FloeProcess floe = FloeProcess.Run(
            "allocate", scratch.At("layers.parquet"), "--parameters", "9000", "--out", scratch.At(), "--json");
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        JsonElement[] layers = [
            .. json.RootElement.GetProperty("layers").EnumerateArray().OrderByDescending(l => l.GetProperty("importance").GetDouble())];
        Assert.Equal(3, layers.Length);
        Assert.True(layers[0].GetProperty("rank").GetInt32() > layers[^1].GetProperty("rank").GetInt32());
        Assert.All(layers.Zip(layers.Skip(1)), pair => Assert.True(
            pair.Item1.GetProperty("rank").GetInt32() >= pair.Item2.GetProperty("rank").GetInt32()
            && pair.Item1.GetProperty("experts").GetInt32() >= pair.Item2.GetProperty("experts").GetInt32()));
        long total = json.RootElement.GetProperty("parameters").GetInt64();
        Assert.InRange(total, 8500, 9000);
        Assert.Equal(total, layers.Sum(l => l.GetProperty("parameters").GetInt64()));

        AdapterPlan plan = AdapterPlanFile.Read(scratch.At("plan.json")).IfLeft(e => throw new InvalidOperationException(e.Message)).Plan;
        Assert.Equal(total, AdapterParameters.Count(plan, Shape));
        Assert.Equal(
            layers.Select(
                l =>
                    new LayerAdapter(
                        l.GetProperty("layer").GetInt32(), l.GetProperty("rank").GetInt32(), l.GetProperty("experts").GetInt32()))
                .OrderBy(l => l.Layer),
            plan.Layers);
    }

    [Fact]
    public void ABudgetBelowTheLeastRanksIsRefusedAndNothingIsWritten()
    {
        using Scratch scratch = new();
        Select(scratch, Shape);
        FloeProcess floe = FloeProcess.Run("allocate", scratch.At("layers.parquet"), "--parameters", "10", "--out", scratch.At("out"));
        Assert.Equal(2, floe.Code);
        Assert.Contains("parameters: expected at least", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Fact]
    public void ATableThatDoesNotSayItsWidthsAsksForTheModel()
    {
        using Scratch scratch = new();
        Select(scratch, Shape with { Hidden = 0 });
        FloeProcess floe = FloeProcess.Run("allocate", scratch.At("layers.parquet"), "--parameters", "9000", "--out", scratch.At());
        Assert.Equal(2, floe.Code);
        Assert.Contains("--model", floe.Error, StringComparison.Ordinal);
    }

    private static void Select(Scratch scratch, ModelShape shape)
    {
        Random random = new(4);
        Either<Floe.Domain.FloeError, Unit> written =
            from sums in ScoreSums.OfFisher(shape, [.. Enumerable.Range(0, shape.Units).Select(_ => random.NextDouble())], 1)
            from done in ScoreTables.Write(scratch.At("scores.parquet"), sums, TableMetadata.Of(shape))
            select done;
        Assert.True(written.IsRight, written.ToString());
        Assert.Equal(0, FloeProcess.Run("select", scratch.At("scores.parquet"), "--n", "3", "--out", scratch.At()).Code);
    }
}
