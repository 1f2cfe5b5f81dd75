using System.Text.Json.Nodes;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>Samples in Parquet are those of the same records in JSON lines.</summary>
public sealed class ParquetSampleTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ATableIsItsRecords()
    {
        Write("data.PARQUET",
            new OutputColumn.Longs("id", new long[] { long.MaxValue, 2 }),
            new OutputColumn.Texts("completion", ["b", "größe 😀"]),
            new OutputColumn.OptionalDoubles("score", new double?[] { null, double.NaN }),
            new OutputColumn.Texts("prompt", ["a", ""]));
        DataSet data = Errors.Value(DataFile.Read(scratch.At("data.PARQUET")));
        Assert.Equal([new TextSample("a", "b"), new TextSample("", "größe 😀")], data.Samples.ToArray());
        Assert.EndsWith("row 2", data.Places[1], StringComparison.Ordinal);
        Assert.Equal(["2 of prompt and completion"], data.Forms.ToArray());
        Assert.EndsWith("the key id of 2 records is not read", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Equal(64, data.Sha256.Length);
    }

    [Fact]
    public void EveryCommandReadsItAsItsRecordsInLines()
    {
        Write("d.parquet", new OutputColumn.Texts("text", ["Once upon a time", "there was a boat."]));
        File.WriteAllText(scratch.At("d.jsonl"), "{\"text\": \"Once upon a time\"}\n{\"text\": \"there was a boat.\"}\n");
        Assert.Equal(Shown("d.jsonl"), Shown("d.parquet"));
        Assert.Equal(Evaluated("d.jsonl"), Evaluated("d.parquet"));
    }

    [Theory]
    [InlineData("reason", "row 1")]
    [InlineData("completion", "row 2")]
    public void WhatIsNoSampleIsNamedWithItsRow(string name, string place)
    {
        Write("d.parquet", new OutputColumn.Texts("prompt", ["a", ""]), new OutputColumn.Texts(name, ["b", ""]));
        Assert.Contains(place, Errors.Of(DataFile.Read(scratch.At("d.parquet"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherFileUnderThatEndingIsSaidSo()
    {
        File.WriteAllText(scratch.At("d.parquet"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        Assert.Contains("git-LFS pointer", Errors.Of(DataFile.Read(scratch.At("d.parquet"))).Message, StringComparison.Ordinal);
        Assert.Equal(4, Errors.Of(DataFile.Read(scratch.At("none.parquet"))).ExitCode);
    }

    private string Shown(string name) => JsonNode.Parse(
        Embedded.Done("inspect", scratch.At(name), "--model", Embedded.Model, "--json").Out)!["ids"]!.ToJsonString();

    private string Evaluated(string name) => JsonNode.Parse(
        Embedded.Done("eval", "--model", Embedded.Model, "--data", scratch.At(name), "--json").Out)!.ToJsonString();

    private void Write(string name, params OutputColumn[] columns) =>
        Errors.Value(TableWriter.Write(scratch.At(name), [], columns));
}
