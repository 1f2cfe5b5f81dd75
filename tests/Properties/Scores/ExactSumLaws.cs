using System.Numerics;
using Floe.Domain.Scores;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Scores;

public sealed class ExactSumLaws(ITestOutputHelper output)
{
    [Fact]
    public void ASumIsTheRoundedSumOfRationals() => Law.Check(output, Generators.Shards, shards =>
        shards.All(
            values =>
                BitConverter.DoubleToInt64Bits(ExactSum.Of(values)) == BitConverter.DoubleToInt64Bits(Exact.Round(Exact.Sum(values)))),
        shards => $"{shards.Length} sums");

    [Fact]
    public void DifferencesAndMultiplesAreExactToo() => Law.Check(output, Generators.Shards, shards =>
    {
        ExactSum sum = new();
        BigInteger expected = 0;
        for (int at = 0; at < shards.Length; at++)
        {
            foreach (double value in shards[at])
            {
                sum.AddMultiple(value, at % 2 == 0 ? at + 1 : -(at * 1000));
                sum.Subtract(value);
                expected += Exact.Of(value) * ((at % 2 == 0 ? at + 1 : -(at * 1000)) - 1);
            }
        }

        return sum.Sign() == expected.Sign && sum.Round() == Exact.Round(expected);
    }, shards => $"{shards.Length} terms", shards => shards.Length > 1);

    [Fact]
    public void PartsAddUpToTheSumAndAreRoundedRemainders() => Law.Check(output, Generators.Shards, shards =>
    {
        ExactSum sum = new();
        foreach (double value in shards.SelectMany(s => s))
        {
            sum.Add(value);
        }

        Span<double> parts = stackalloc double[64];
        int count = sum.Drain(parts);
        BigInteger rest = Exact.Sum(shards.SelectMany(s => s));
        for (int at = 0; at < count; at++)
        {
            if (parts[at] != Exact.Round(rest))
            {
                return false;
            }

            rest -= Exact.Of(parts[at]);
        }

        return rest.IsZero && sum.Sign() == 0;
    }, shards => $"{shards.Length} shards");

    [Theory]
    [InlineData(0.1, 6)]
    [InlineData(0.3, 353_280)]
    [InlineData(5e-324, 7)]
    public void TheMeanOfEqualValuesIsThatValue(double value, int count)
    {
        ExactSum sum = new();
        sum.AddMultiple(value, count);
        Assert.Equal(value, sum.DrainMean(count));
    }
}
